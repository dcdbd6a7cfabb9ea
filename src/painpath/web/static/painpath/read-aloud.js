// Listen: the browser reads the main part of the page, sentence by sentence, and marks the sentence. Nothing is sent
// anywhere by us. Not read: what people type into fields, what is hidden, and what is marked `data-not-read`.

const place = document.querySelector("[data-reads]");
const speech = window.speechSynthesis;
const SKIPPED = "script, style, template, noscript, svg, input, select, textarea, button, [hidden], [aria-hidden=true], [data-not-read]";
const BLOCKS = "address, article, aside, blockquote, caption, dd, details, div, dl, dt, fieldset, figcaption, figure, form, "
  + "h1, h2, h3, h4, h5, h6, header, label, legend, li, main, ol, p, pre, section, summary, table, tbody, td, th, thead, tr, ul";
const RATES = { slower: 0.75, faster: 1.35 };

// The sentences of the page in order, each with the places of its words: [{ text, range, block, lang }].
function sentences(main) {
  const found = [];
  let block = null;
  let pieces = [];
  const finish = () => {
    const text = pieces.map((piece) => piece.data).join("");
    if (block && text.trim()) found.push(...cut(text, pieces, block));
    pieces = [];
  };
  const walker = document.createTreeWalker(main, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT, (node) => {
    if (node.nodeType === Node.TEXT_NODE) return NodeFilter.FILTER_ACCEPT;
    return node.matches(SKIPPED) || !node.checkVisibility() ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT;
  });
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.nodeType !== Node.TEXT_NODE) {
      if (node.matches(BLOCKS) || node.tagName === "BR") finish();
      continue;
    }
    const around = node.parentElement.closest(BLOCKS);
    if (around !== block) finish();
    block = around;
    pieces.push(node);
  }
  finish();
  return found;
}

function cut(text, pieces, block) {
  const lang = block.closest("[lang]").lang;
  const parts = window.Intl?.Segmenter
    ? [...new Intl.Segmenter(lang, { granularity: "sentence" }).segment(text)].map((one) => [one.index, one.segment])
    : [...text.matchAll(/[^.!?]+[.!?]*\s*/g)].map((one) => [one.index, one[0]]);
  return parts
    .filter(([, words]) => /[\p{L}\p{N}]/u.test(words))
    .map(([start, words]) => {
      const range = document.createRange();
      range.setStart(...at(pieces, start + words.length - words.trimStart().length));
      range.setEnd(...at(pieces, start + words.trimEnd().length));
      return { text: words.replace(/\s+/g, " ").trim(), range, block, lang };
    });
}

function at(pieces, offset) {
  for (const piece of pieces) {
    if (offset <= piece.length) return [piece, offset];
    offset -= piece.length;
  }
  return [pieces.at(-1), pieces.at(-1).length];
}

function mark(sentence) {
  for (const marked of document.querySelectorAll(".painpath-reading")) marked.classList.remove("painpath-reading");
  if (window.CSS?.highlights) CSS.highlights.delete("painpath-reading");
  if (!sentence) return;
  if (window.CSS?.highlights) CSS.highlights.set("painpath-reading", new Highlight(sentence.range));
  else sentence.block.classList.add("painpath-reading");
  const { top, bottom } = sentence.range.getBoundingClientRect();
  if (top < 0 || bottom > window.innerHeight) {
    const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    sentence.block.scrollIntoView({ block: "center", behavior: still ? "auto" : "smooth" });
  }
}

if (place && speech && window.SpeechSynthesisUtterance) {
  const [listen, pause, stop] = ["listen", "pause", "stop"].map((name) => place.querySelector(`[data-reads-${name}]`));
  const status = place.querySelector("[role=status]");
  const rate = RATES[document.documentElement.dataset.speed] ?? 1;
  let queue = [];
  let next = 0;
  let turn = 0; // what an older utterance still reports is not listened to

  // reading, paused or quiet. The focus stays with whoever pressed a button that goes.
  const show = (state) => {
    const had = place.contains(document.activeElement);
    listen.hidden = state === "reading";
    pause.hidden = state !== "reading";
    stop.hidden = state === "quiet";
    listen.textContent = state === "paused" ? listen.dataset.goOn : listen.dataset.listen;
    const now = document.activeElement;
    if (had && (now.hidden || !place.contains(now))) (state === "reading" ? pause : listen).focus();
  };
  const read = () => {
    const mine = ++turn;
    speech.cancel();
    if (next >= queue.length) return end();
    const sentence = queue[next];
    const utterance = new SpeechSynthesisUtterance(sentence.text);
    utterance.lang = sentence.lang === "en" ? "en-GB" : sentence.lang;
    utterance.rate = rate;
    utterance.onend = () => {
      if (mine !== turn) return;
      next += 1;
      read();
    };
    utterance.onerror = (event) => {
      if (mine !== turn || event.error === "canceled" || event.error === "interrupted") return;
      end();
      status.textContent = status.dataset.noVoice;
    };
    mark(sentence);
    speech.speak(utterance);
  };
  const hush = () => {
    turn += 1;
    speech.cancel();
  };
  const end = () => {
    hush();
    queue = [];
    mark(null);
    show("quiet");
  };

  listen.addEventListener("click", () => {
    status.textContent = "";
    if (!queue.length) {
      queue = sentences(document.querySelector("main"));
      next = 0;
    }
    show("reading");
    read();
  });
  // Pausing is stopping and beginning the sentence again: some phones lose the rest when told to pause.
  pause.addEventListener("click", () => {
    hush();
    show("paused");
  });
  stop.addEventListener("click", end);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && queue.length) end();
  });
  window.addEventListener("pagehide", end);
  place.hidden = false;
  hush(); // what a page before this one may have left
}
