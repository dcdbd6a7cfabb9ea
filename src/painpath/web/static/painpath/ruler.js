// The reading ruler: a bar that follows the pointer and the keyboard's focus. Escape takes it off this page.

if (document.documentElement.dataset.ruler) {
  const ruler = document.createElement("div");
  ruler.className = "painpath-ruler";
  ruler.setAttribute("aria-hidden", "true");
  document.body.append(ruler);
  const stop = new AbortController();
  const options = { passive: true, signal: stop.signal };
  const to = (middle) => {
    ruler.style.transform = `translateY(${Math.round(middle - ruler.offsetHeight / 2)}px)`;
  };
  to(window.innerHeight / 3);
  for (const kind of ["pointermove", "pointerdown"]) document.addEventListener(kind, (event) => to(event.clientY), options);
  document.addEventListener("focusin", (event) => {
    if (!event.target.matches(":focus-visible")) return;
    const { top, bottom } = event.target.getBoundingClientRect();
    to((top + bottom) / 2);
  }, options);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    ruler.remove();
    stop.abort();
  }, options);
}
