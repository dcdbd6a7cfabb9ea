// Progressive enhancement only: every page works without this file.
import {
  Button,
  CharacterCount,
  ErrorSummary,
  Header,
  NotificationBanner,
  PasswordInput,
  SkipLink,
  createAll,
} from "../nhsuk/nhsuk.js";

// Not Radios and Checkboxes: what an answer reveals is shown by painpath.css, with or without scripts, and without an
// aria-expanded that radio buttons may not have. Not FileUpload: browsers let files be dropped on their own input.
for (const component of [Button, CharacterCount, ErrorSummary, Header, NotificationBanner, PasswordInput, SkipLink]) {
  createAll(component);
}

// A second press of a submit button sends nothing twice. The record refuses repeats too; this spares people the sentence.
// Not where a form gives files: the page stays, and another may be wanted.
for (const form of document.querySelectorAll("form[method=post]:not([data-again])")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}

// Coming back with the browser's Back button, the page may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// A button that copies a text. Without scripts it is not there, and the text can be selected as it stands.
for (const place of document.querySelectorAll("[data-copies]")) {
  const text = document.getElementById(place.dataset.copies);
  place.hidden = false;
  place.querySelector("button").addEventListener("click", async () => {
    let copied = true;
    try {
      await navigator.clipboard.writeText(text.value);
    } catch {
      text.select();
      copied = document.execCommand("copy");
    }
    place.querySelector("[role=status]").textContent = copied ? place.dataset.done : place.dataset.not;
  });
}

// A button that prints the page. Without scripts it is not there, and the browser prints all the same.
for (const button of document.querySelectorAll("button[data-prints]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

// A page that waits for something asks for itself now and then, and goes on when it has come. It is not loaded again
// before that: whoever listens to it, or has a finger on a link, is not interrupted for nothing.
for (const place of document.querySelectorAll("[data-waits]")) {
  place.hidden = false;
  const ask = async () => {
    try {
      const answer = await fetch(window.location.href, { headers: { Accept: "text/html" } });
      if (answer.ok && !(await answer.text()).includes("data-waits")) return window.location.reload();
    } catch {
      // no connection for a moment: ask again
    }
    setTimeout(ask, 2000);
  };
  setTimeout(ask, 2000);
}
