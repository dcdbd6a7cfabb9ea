// The picture of the body map. The checkboxes are the control; without this file they are all there is, and enough.
// The picture is for fingers and eyes: whoever uses a keyboard, a switch or a screen reader uses the list.

const SVG = "http://www.w3.org/2000/svg";
const REACH = 22; // CSS pixels: a finger beside a place means the place, so that every place takes 44 px at least

for (const map of document.querySelectorAll("[data-body-map]")) start(map);

function start(map) {
  const picture = map.querySelector(".painpath-body-map__picture");
  const said = map.querySelector(".painpath-body-map__said");
  const groups = [...map.querySelectorAll("details")];
  const boxes = new Map([...map.querySelectorAll("input[type=checkbox]")].map((box) => [box.value, box]));
  const regions = new Map([...picture.querySelectorAll("[data-code]")].map((path) => [path.dataset.code, path]));
  const [toggle, clear] = ["[data-switch]", "[data-clear]"].map((name) => map.querySelector(name));

  const name = (box) => map.querySelector(`label[for="${CSS.escape(box.id)}"]`).textContent.trim();
  const total = () => [...boxes.values()].filter((box) => box.checked).length;
  // What is said is said again when the words are the same: screen readers speak only of changes.
  const say = (words) => {
    said.textContent = "";
    requestAnimationFrame(() => (said.textContent = `${words} ${map.dataset.count} ${total()}.`));
  };

  function show(box) {
    const path = regions.get(box.value);
    if (path) paint(path, box.checked);
    const group = box.closest("details");
    const count = group.querySelectorAll("input:checked").length;
    const shown = group.querySelector(".painpath-body-map__count");
    shown.querySelector("b").textContent = count;
    shown.hidden = !count;
  }

  function withPicture(wanted) {
    picture.hidden = !wanted;
    toggle.textContent = wanted ? map.dataset.listOnly : map.dataset.picture;
    for (const group of groups) group.open = !wanted;
    if (map.dataset.error !== undefined) groups[0].open = true;
  }

  for (const box of boxes.values()) {
    box.addEventListener("change", (event) => {
      show(box);
      if (event.isTrusted) said.textContent = ""; // the list speaks for itself, and old words would be wrong
    });
    box.addEventListener("focus", () => ring(regions.get(box.value)));
    box.addEventListener("blur", () => ring(null, picture));
  }
  for (const view of picture.querySelectorAll("svg")) {
    view.addEventListener("click", (event) => {
      const box = boxes.get(regionNear(view, event.clientX, event.clientY)?.dataset.code);
      if (!box) return;
      box.checked = !box.checked;
      box.dispatchEvent(new Event("change", { bubbles: true }));
      say(`${name(box)}: ${box.checked ? map.dataset.marked : map.dataset.notMarked}.`);
    });
  }
  toggle.addEventListener("click", () => withPicture(picture.hidden));
  clear.addEventListener("click", () => {
    for (const box of boxes.values()) {
      if (!box.checked) continue;
      box.checked = false;
      box.dispatchEvent(new Event("change", { bubbles: true }));
    }
    said.textContent = "";
    requestAnimationFrame(() => (said.textContent = map.dataset.cleared));
  });

  toggle.parentElement.hidden = false;
  said.hidden = false;
  withPicture(!new URLSearchParams(location.search).has("list"));
  // Coming back with the browser's Back button, it fills in the boxes after this script has run.
  const all = () => boxes.forEach(show);
  all();
  window.addEventListener("pageshow", all);
}

function paint(path, marked) {
  path.toggleAttribute("data-marked", marked);
  if (marked) {
    path.setAttribute("fill", `url(#${path.ownerSVGElement.dataset.stripes})`);
    path.parentElement.append(path); // its thick line lies over its neighbours
  }
}

// The place under the finger, or the nearest one within reach.
function regionNear(view, x, y) {
  const at = (x, y) => {
    const found = document.elementFromPoint(x, y)?.closest("[data-code]");
    return found && view.contains(found) ? found : null;
  };
  for (let away = 0; away <= REACH; away += 2) {
    for (let turn = 0; turn < 16; turn += 1) {
      const angle = (turn * Math.PI) / 8;
      const found = at(x + away * Math.cos(angle), y + away * Math.sin(angle));
      if (found) return found;
    }
  }
  return null;
}

// Shows in the picture which place the keyboard is at.
function ring(path, picture = path?.closest(".painpath-body-map__picture")) {
  picture?.querySelectorAll(".painpath-body__ring").forEach((old) => old.remove());
  if (!path) return;
  const ring = document.createElementNS(SVG, "g");
  ring.setAttribute("class", "painpath-body__ring");
  for (const part of ["outer", "inner"]) {
    const line = document.createElementNS(SVG, "path");
    line.setAttribute("d", path.getAttribute("d"));
    line.setAttribute("class", `painpath-body__ring-${part}`);
    ring.append(line);
  }
  path.ownerSVGElement.append(ring);
}
