/** Columns one below the other become tabs (WAI-ARIA pattern: arrows move, one tab stop). */
import { all, button } from "./elements";

export function makeTabs(block: HTMLElement): void {
  const panels = all(".tab-panel", block);
  if (panels.length < 2) return;
  const list = document.createElement("div");
  list.className = "tab-list";
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", block.dataset.label ?? "栏目");

  const tabs = panels.map((panel) => {
    const tab = button(panel.querySelector("h2")?.textContent?.trim() ?? "", () => select(tab));
    tab.id = `${panel.id}-tab`;
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", panel.id);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    return tab;
  });
  const select = (chosen: HTMLButtonElement): void => {
    tabs.forEach((tab, index) => {
      const isChosen = tab === chosen;
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
      const panel = panels[index];
      if (panel) panel.hidden = !isChosen;
    });
  };
  list.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const at = tabs.indexOf(document.activeElement as HTMLButtonElement);
    if (!step || at < 0) return;
    const target = tabs[(at + step + tabs.length) % tabs.length];
    if (!target) return;
    select(target);
    target.focus();
    event.preventDefault();
  });
  list.append(...tabs);
  block.prepend(list);
  block.classList.add("is-ready");
  if (tabs[0]) select(tabs[0]);
}
