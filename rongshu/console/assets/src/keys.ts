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

function listSearch(): HTMLElement | null {
  return document.querySelector<HTMLElement>("[data-search]");
}

// In the box of the top bar the arrows walk through what was found, Escape leaves it.
function walkFound(event: KeyboardEvent): boolean {
  const box = (event.target as Element | null)?.closest?.<HTMLElement>(".finder");
  if (!box) return false;
  const stops = [...box.querySelectorAll<HTMLElement>("[data-find], #found a")];
  const here = stops.indexOf(document.activeElement as HTMLElement);
  if (event.key === "ArrowDown") stops[Math.min(here + 1, stops.length - 1)]?.focus();
  else if (event.key === "ArrowUp") stops[Math.max(here - 1, 0)]?.focus();
  else if (event.key === "Escape") (document.activeElement as HTMLElement).blur();
  else return false;
  return true;
}

const KEYS: Record<string, () => boolean | void> = {
  j: () => step(1),
  k: () => step(-1),
  e: () => follow("[data-edit]"),
  r: () => follow("[data-act]"),
  x: () => follow("[data-choose]"),
  "/": () => (document.querySelector<HTMLElement>("[data-find]:not(:disabled)") ?? listSearch())?.focus(),
  f: () => listSearch()?.focus(),
  "?": () => document.querySelector<HTMLDialogElement>("#keys")?.showModal(),
};

export function startKeys(): void {
  document.addEventListener("keydown", (event) => {
    if (walkFound(event)) {
      event.preventDefault();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]")) return;
    const deed = KEYS[event.key];
    if (!deed) return;
    if (deed() !== false) event.preventDefault();
  });
}
