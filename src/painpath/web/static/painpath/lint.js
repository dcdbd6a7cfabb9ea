// What is wrong with a part of a draft, while somebody writes. Without this file, "Check" and "Save" say the same.
// The form goes to its lint address when nothing was typed for a while; what comes back is put in as text.

const PAUSE = 1200; // milliseconds without a key
const form = document.querySelector("form[data-lint]");
const said = document.querySelector("[data-lint-said]");
let waits = null;
let asked = 0;

// Whoever comes to the field hears what is wrong with it.
function describe(control, words) {
  const others = (control?.getAttribute("aria-describedby") ?? "").split(" ").filter((id) => id && id !== words.id);
  if (!words.hidden) others.push(words.id);
  if (others.length) control?.setAttribute("aria-describedby", others.join(" "));
  else control?.removeAttribute("aria-describedby");
}

function show(answer) {
  for (const place of form.querySelectorAll("[data-lint-field]")) {
    const words = place.querySelector(".painpath-lint");
    const wrong = answer.fields[place.dataset.lintField] ?? [];
    words.textContent = wrong.join(" ");
    words.hidden = wrong.length === 0;
    describe(place.querySelector("fieldset, input, textarea, select"), words);
  }
  said.textContent = [answer.said, ...answer.general].join(" ");
}

async function ask() {
  const mine = ++asked;
  try {
    const response = await fetch(form.dataset.lint, { method: "POST", body: new FormData(form), credentials: "same-origin" });
    if (!response.ok || mine !== asked) return; // signed out, or newer words are on their way
    show(await response.json());
  } catch {
    said.textContent = ""; // no network: Check and Save say it
  }
}

form?.addEventListener("input", () => {
  clearTimeout(waits);
  waits = setTimeout(ask, PAUSE);
});
