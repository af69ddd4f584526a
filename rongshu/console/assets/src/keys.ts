// Keys of lists (j k Enter e r), of the search box (/) and the list of keys (?).
function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable=true]") !== null;
}

function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-row]")];
}

function step(by: number): void {
  const all = rows();
  const here = all.findIndex((row) => row.contains(document.activeElement));
  const next = all[here < 0 ? (by > 0 ? 0 : all.length - 1) : here + by];
  const link = next?.querySelector<HTMLElement>("[data-open]") ?? next;
  link?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function follow(selector: string): boolean {
  const row = document.activeElement?.closest("[data-row]");
  const link = row?.querySelector<HTMLElement>(selector);
  link?.click();
  return Boolean(link);
}

const KEYS: Record<string, () => boolean | void> = {
  j: () => step(1),
  k: () => step(-1),
  e: () => follow("[data-edit]"),
  r: () => follow("[data-act]"),
  x: () => follow("[data-choose]"),
  "/": () => document.querySelector<HTMLElement>("[data-search]")?.focus(),
  "?": () => document.querySelector<HTMLDialogElement>("#keys")?.showModal(),
};

export function startKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const deed = KEYS[event.key];
    if (!deed) return;
    if (deed() !== false) event.preventDefault();
  });
}
