// Progressive enhancement only: every page works without this file.
import { initAll } from "../nhsuk/nhsuk.js";

initAll();

// A second press of a submit button sends nothing twice. The record refuses repeats too; this spares people the sentence.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });
}

// Coming back with the browser's Back button, the page may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
