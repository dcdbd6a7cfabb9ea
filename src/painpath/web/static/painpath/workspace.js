// The keys of the workspace, and marking words by selecting them. Everything also works without this file.
// Single letters can be switched off (WCAG 2.1.4), rest while somebody types, and never act with Ctrl, Alt or Meta.

const letter = document.querySelector("[data-letter]");
const criteria = document.querySelector("[data-criteria]");
const status = document.querySelector("[data-status]");
const legend = document.querySelector("[data-keys]");
const marking = document.querySelector("[data-mark]");
const articles = [...document.querySelectorAll("[data-criterion]")];
const links = [...document.querySelectorAll(".painpath-evidence > a")];

const say = (words) => {
  if (status) status.textContent = words;
};

// ---- which criterion, and which words, somebody is at

let current = null;
let link = null;

function mark(article) {
  current?.classList.remove("painpath-current");
  current = article;
  current?.classList.add("painpath-current");
}

const scrolls = (pane) => pane.scrollHeight > pane.clientHeight;

// On a desk both panes scroll by themselves: bring them into the window first, so that letter and criterion are seen.
function bring() {
  const workspace = criteria.parentElement;
  if (scrolls(criteria) && workspace.getBoundingClientRect().top > 0) workspace.scrollIntoView({ block: "start" });
}

function go(article) {
  if (!article) return;
  mark(article);
  bring();
  const heading = article.querySelector("h4");
  heading.focus({ preventScroll: true });
  article.scrollIntoView({ block: "nearest" });
  heading.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const at = articles.indexOf(current);
  const next = articles[at < 0 ? (by > 0 ? 0 : articles.length - 1) : at + by];
  if (next) go(next);
  else say(by > 0 ? "This is the last criterion." : "This is the first criterion.");
}

function nextOpen() {
  const at = articles.indexOf(current);
  const found = [...articles.slice(at + 1), ...articles.slice(0, at + 1)].find((one) => one.dataset.settled === "no");
  if (found) go(found);
  else say("You have confirmed or corrected every criterion.");
}

document.addEventListener("focusin", (event) => {
  const article = event.target.closest?.("[data-criterion]");
  if (article && article !== current) mark(article);
  if (links.includes(event.target)) link = event.target;
});

// ---- words in the letter

function rangeOf(anchor) {
  const close = letter.querySelector(`[data-closes="${anchor.id}"]`);
  if (!close) return null;
  const range = document.createRange();
  range.setStartAfter(anchor);
  range.setEndBefore(close);
  return range;
}

function show(to) {
  const anchor = document.getElementById(to.hash.slice(1));
  const range = anchor && rangeOf(anchor);
  if (!range) return;
  for (const old of letter.querySelectorAll(".painpath-shown")) old.classList.remove("painpath-shown");
  const marks = [...letter.querySelectorAll("mark")].filter((one) => range.intersectsNode(one));
  for (const one of marks) one.classList.add("painpath-shown");
  const words = marks[0] ?? anchor;
  if (scrolls(letter)) {
    const top = words.getBoundingClientRect().top - letter.getBoundingClientRect().top;
    letter.scrollTo({ top: letter.scrollTop + top - letter.clientHeight / 3 });
  } else {
    words.scrollIntoView({ block: "center" });
  }
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
  say(`Shown in the letter, page ${words.closest("[data-page]")?.dataset.page ?? 1}.`);
}

function walk(by) {
  let next;
  if (link && current?.contains(link)) {
    next = links[links.indexOf(link) + by];
  } else {
    const from = Math.max(articles.indexOf(current), 0);
    const place = (one) => articles.indexOf(one.closest("[data-criterion]"));
    next = by > 0 ? links.find((one) => place(one) >= from) : links.findLast((one) => place(one) <= from);
  }
  if (!next) return say(by > 0 ? "There are no more words." : "There are no words before these.");
  link = next;
  const article = next.closest("[data-criterion]");
  mark(article);
  bring();
  next.focus({ preventScroll: true });
  if (scrolls(criteria)) article.scrollIntoView({ block: "nearest" });
  show(next);
}

for (const one of links) one.addEventListener("click", () => show(one));

// ---- marking words: what is selected in the letter goes into the form, with its exact place in the transcript

let selected = null;

const isText = (node) => !node.parentElement.closest(".painpath-ref");

function textBetween(page, node, offset) {
  // Characters of the page's own text up to a boundary; the numbers of the marks do not count.
  const until = document.createRange();
  until.setStart(page, 0);
  until.setEnd(node, offset);
  const walker = document.createTreeWalker(page, NodeFilter.SHOW_TEXT);
  let text = "";
  for (let one = walker.nextNode(); one; one = walker.nextNode()) {
    if (!isText(one)) continue;
    if (one === node) return text + one.data.slice(0, offset);
    if (!until.intersectsNode(one)) return text;
    text += one.data;
  }
  return text;
}

function read() {
  const selection = getSelection();
  if (!letter || selection.isCollapsed || selection.rangeCount === 0) return undefined;
  const range = selection.getRangeAt(0);
  const pageOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement).closest(".painpath-words");
  const [page, last] = [pageOf(range.startContainer), pageOf(range.endContainer)];
  if (!page && !last) return undefined;
  if (page !== last) return { problem: "Select words on one page at a time." };
  const before = textBetween(page, range.startContainer, range.startOffset);
  const all = textBetween(page, range.endContainer, range.endOffset);
  const raw = all.slice(before.length);
  const words = raw.trim();
  if (!words) return undefined;
  const start = Number(page.dataset.start) + [...before].length + [...raw.slice(0, raw.indexOf(words))].length;
  return { words, place: `${page.dataset.transcript}:${start}:${start + [...words].length}` };
}

const select = () => {
  selected = read() ?? selected;
};
document.addEventListener("selectionchange", select);
letter?.addEventListener("pointerdown", (event) => {
  if (event.target.closest(".painpath-words")) selected = null;
});

function fill() {
  select(); // the event may be still on its way: a quick hand or a busy machine is before it
  const [words, place] = [marking.querySelector("textarea"), marking.querySelector("input[name$=place]")];
  if (selected?.problem) say(selected.problem);
  if (selected?.words) {
    words.value = selected.words;
    place.value = selected.place;
  }
  const choose = marking.querySelector("select");
  if (current && !choose.value) choose.value = current.dataset.criterion;
  (words.value ? choose : words).focus();
}

if (marking) {
  const [words, place] = [marking.querySelector("textarea"), marking.querySelector("input[name$=place]")];
  words.addEventListener("input", () => {
    place.value = "";
  });
  marking.querySelector("summary").addEventListener("click", () => {
    if (!marking.open) setTimeout(fill);
  });
}

// ---- the keys

const keys = {
  j: () => step(1),
  k: () => step(-1),
  u: nextOpen,
  n: () => walk(1),
  p: () => walk(-1),
  o: () => {
    const marked = letter.querySelector(".painpath-shown")?.closest(".painpath-words");
    const near = marked?.previousElementSibling?.querySelector("[data-original]");
    const own = marked?.closest(".painpath-document")?.querySelector("[data-original]");
    (near ?? own ?? letter.querySelector("[data-original]"))?.click();
  },
  c: () => {
    const form = current?.querySelector("form[data-confirm]");
    if (form) form.requestSubmit();
    else say(current ? "There is nothing to confirm here." : "Go to a criterion first, with j.");
  },
  x: () => {
    const details = current?.querySelector("details[data-correct]");
    if (!details) return say("Go to a criterion first, with j.");
    details.open = true;
    (details.querySelector("input[type=radio]") ?? details.querySelector("summary")).focus();
  },
  m: () => {
    if (!marking) return say("Words can be marked while you screen this referral.");
    marking.open = true;
    fill();
  },
  s: () => {
    const form = document.querySelector('form[action$="/screening/start/"]');
    if (form) form.requestSubmit();
    else say("This referral cannot be started now.");
  },
  d: () => {
    const decide = document.querySelector('a[href$="/decide/"]');
    if (decide) decide.click();
    else say("You cannot decide this referral now.");
  },
  "?": () => {
    legend.open = !legend.open;
    legend.querySelector("summary").focus();
  },
};

const OFF = "painpath-keys-off";
const remembered = {
  // A browser may forbid storage: then the keys are on, and can be switched off for the page.
  get off() {
    try {
      return localStorage.getItem(OFF) === "yes";
    } catch {
      return false;
    }
  },
  set off(value) {
    try {
      if (value) localStorage.setItem(OFF, "yes");
      else localStorage.removeItem(OFF);
    } catch {
      // See above.
    }
  },
};
let off = remembered.off;

function showKeys() {
  document.documentElement.classList.toggle("painpath-keys-on", !off);
  const button = legend?.querySelector("[data-keys-switch]");
  if (button) button.textContent = off ? "Turn these keys on" : "Turn these keys off";
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  const field = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (event.key === "Escape" && field && current && !off) {
    current.querySelector("h4").focus();
    return;
  }
  if (off || field || (event.shiftKey && event.key !== "?")) return;
  const act = keys[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
});

if (legend) {
  legend.hidden = false;
  showKeys();
  legend.querySelector("[data-keys-switch]").addEventListener("click", () => {
    off = !off;
    remembered.off = off;
    showKeys();
    say(off ? "The keys are off." : "The keys are on.");
  });
}

// ---- after something was sent, or from the letter: at the criterion of the address, and what is true of it is said

function arrive() {
  const arrived = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!arrived?.matches("[data-criterion]")) return;
  go(arrived);
  const glance = arrived.querySelector(".painpath-glance");
  if (glance) setTimeout(() => say(glance.textContent), 500);
}

// The browser goes to the address itself, and takes the focus away with it: only then is it ours to give.
const settle = () => setTimeout(arrive);
if (document.readyState === "complete") settle();
else window.addEventListener("load", settle);
window.addEventListener("hashchange", settle);
