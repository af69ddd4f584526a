// Ordering by hand: dragging a row by its grip, Alt + arrow keys on a row, and the live preview of a form.
// Without scripts the buttons of each row do the same, and the preview has a button of its own.
const FORM = "[data-arranging]";
const MARKS = ["drop-before", "drop-after", "drop-into"];

let dragged: HTMLElement | null = null;

function itemOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>("[data-item]") : null;
}

function leafOf(item: HTMLElement): HTMLElement | null {
  return item.querySelector<HTMLElement>(":scope > .leaf");
}

function clearMarks(): void {
  for (const leaf of document.querySelectorAll(".leaf")) leaf.classList.remove(...MARKS);
}

// In the upper third of a row it goes before it, in the lower third after it; in the middle of a tree's row into it.
function wayOver(item: HTMLElement, y: number, flat: boolean): "before" | "after" | "into" {
  const box = (leafOf(item) ?? item).getBoundingClientRect();
  const part = (y - box.top) / box.height;
  if (flat) return part < 0.5 ? "before" : "after";
  return part < 0.33 ? "before" : part > 0.66 ? "after" : "into";
}

function send(form: HTMLFormElement, entries: [string, string][]): void {
  for (const [name, value] of entries) {
    const input = document.createElement("input");
    input.type = "hidden";
    input.name = name;
    input.value = value;
    form.append(input);
  }
  form.requestSubmit();
}

function drop(form: HTMLFormElement, item: HTMLElement, target: HTMLElement, way: string): void {
  if ("flat" in form.dataset) {
    target[way === "before" ? "before" : "after"](item);
    const ids = [...form.querySelectorAll<HTMLElement>("[data-item][data-movable]")].map((one) => one.dataset.item ?? "");
    send(form, ids.map((id) => ["order", id]));
  } else {
    send(form, [["move", `${item.dataset.item}:${way}:${target.dataset.item}`]]);
  }
}

document.addEventListener("dragstart", (event) => {
  const item = itemOf(event.target);
  if (!item?.closest(FORM) || !event.dataTransfer) return;
  dragged = item;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", item.dataset.item ?? "");
  const leaf = leafOf(item);
  if (leaf) {
    event.dataTransfer.setDragImage(leaf, 0, 0);
    leaf.classList.add("is-dragged");
  }
});

document.addEventListener("dragover", (event) => {
  const item = itemOf(event.target);
  const form = item?.closest<HTMLFormElement>(FORM);
  if (!dragged || !item || !form || dragged.contains(item) || dragged.closest(FORM) !== form) return;
  event.preventDefault();
  clearMarks();
  leafOf(item)?.classList.add(`drop-${wayOver(item, event.clientY, "flat" in form.dataset)}`);
});

document.addEventListener("drop", (event) => {
  const item = itemOf(event.target);
  const form = item?.closest<HTMLFormElement>(FORM);
  if (!dragged || !item || !form || dragged.contains(item)) return;
  event.preventDefault();
  drop(form, dragged, item, wayOver(item, event.clientY, "flat" in form.dataset));
});

document.addEventListener("dragend", () => {
  clearMarks();
  if (dragged) leafOf(dragged)?.classList.remove("is-dragged");
  dragged = null;
});

document.addEventListener("keydown", (event) => {
  if (!event.altKey || !event.key.startsWith("Arrow")) return;
  const item = itemOf(event.target);
  if (!item?.closest(FORM)) return;
  const button = leafOf(item)?.querySelector<HTMLButtonElement>(`[data-way="${event.key}"]:not(:disabled)`);
  if (!button) return;
  event.preventDefault();
  button.click();
});

// A form with a preview beside it shows each change half a second after it was made.
let waiting = 0;
document.addEventListener("input", (event) => {
  const form = event.target instanceof Element ? event.target.closest<HTMLFormElement>("[data-previewing]") : null;
  const button = form?.querySelector<HTMLButtonElement>("[data-preview-button]");
  if (!form || !button) return;
  window.clearTimeout(waiting);
  waiting = window.setTimeout(() => HTMLFormElement.prototype.requestSubmit.call(form, button), 500);
});

export {};
