/** Suggestions under a search box (WAI-ARIA combobox pattern); without them the box is a plain form. */
import { announce } from "./elements";

interface Suggestion {
  text: string;
  kind: string;
  label: string;
  url: string;
}

const WAIT = 120;
let boxes = 0;

export function suggestFor(input: HTMLInputElement): void {
  const address = input.dataset.suggest;
  const form = input.form;
  if (!address || !form || input.hasAttribute("aria-controls")) return;
  const list = document.createElement("ul");
  boxes += 1;
  list.id = `rs-suggestions-${boxes}`;
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "搜索建议");
  list.hidden = true;
  form.classList.add("has-suggestions");
  form.append(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("autocomplete", "off");

  const known = new Map<string, Suggestion[]>();
  let shown: Suggestion[] = [];
  let current = -1;
  let timer = 0;
  let asking: AbortController | undefined;

  const close = (): void => {
    list.hidden = true;
    current = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (at: number): void => {
    current = at;
    [...list.children].forEach((option, index) => {
      option.setAttribute("aria-selected", String(index === at));
      if (index === at) input.setAttribute("aria-activedescendant", option.id);
    });
    if (at < 0) input.removeAttribute("aria-activedescendant");
  };
  const take = (chosen: Suggestion): void => {
    close();
    if (chosen.url) {
      window.location.assign(chosen.url);
      return;
    }
    input.value = chosen.text;
    form.requestSubmit();
  };
  const show = (found: Suggestion[]): void => {
    shown = found;
    list.replaceChildren(...found.map((one, index) => option(one, `${list.id}-${index}`, () => take(one))));
    current = -1;
    input.removeAttribute("aria-activedescendant");
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(found.length > 0));
    if (found.length) announce(`有 ${found.length} 条建议，用上下键选择`);
  };
  const ask = async (): Promise<void> => {
    const text = input.value.trim();
    asking?.abort();
    if (!text) return close();
    const before = known.get(text);
    if (before) return show(before);
    asking = new AbortController();
    try {
      const answer = await fetch(`${address}?q=${encodeURIComponent(text)}`, { signal: asking.signal });
      if (!answer.ok) return close();
      const found = ((await answer.json()) as { suggestions: Suggestion[] }).suggestions;
      known.set(text, found);
      if (input.value.trim() === text && document.activeElement === input) show(found);
    } catch {
      // Aborted by the next letter, or offline: the form still works.
    }
  };

  input.addEventListener("input", (event) => {
    if ((event as InputEvent).isComposing) return;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), WAIT);
  });
  input.addEventListener("compositionend", () => void ask());
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && !list.hidden) {
      // One stop more than there are options: the text as it was typed.
      const stops = shown.length + 1;
      mark(((current + 1 + step + stops) % stops) - 1);
      event.preventDefault();
    } else if (event.key === "Escape" && !list.hidden) {
      close();
      event.preventDefault();
    } else if (event.key === "Enter" && !list.hidden) {
      const chosen = shown[current];
      if (!chosen) return;
      event.preventDefault();
      take(chosen);
    }
  });
  input.addEventListener("blur", close);
}

function option(one: Suggestion, id: string, onTake: () => void): HTMLLIElement {
  const item = document.createElement("li");
  item.id = id;
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  const text = document.createElement("span");
  text.textContent = one.text;
  item.append(text);
  if (one.label) {
    const label = document.createElement("small");
    label.textContent = one.label;
    item.append(label);
  }
  // Before the blur that would close the list.
  item.addEventListener("mousedown", (event) => {
    event.preventDefault();
    onTake();
  });
  return item;
}
