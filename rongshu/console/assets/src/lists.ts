// The bulk bar: it counts what is ticked and comes forward once something is.
function settle(form: HTMLFormElement): void {
  const boxes = [...form.querySelectorAll<HTMLInputElement>("[data-choose]")];
  const chosen = boxes.filter((box) => box.checked).length;
  const all = form.querySelector<HTMLInputElement>("[data-choose-all]");
  if (all) {
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  }
  const count = form.querySelector("[data-chosen]");
  if (count) count.textContent = chosen ? `已选 ${chosen} 项` : "未选择";
  for (const button of form.querySelectorAll<HTMLButtonElement>("[data-bulk] button")) {
    button.disabled = chosen === 0;
  }
  for (const box of boxes) box.closest("[data-row]")?.classList.toggle("chosen", box.checked);
}

export function startLists(): void {
  document.addEventListener("change", (event) => {
    const input = event.target as HTMLInputElement;
    const form = input.closest?.<HTMLFormElement>("[data-bulk-form]");
    if (form && input.matches("[data-choose-all]")) {
      for (const box of form.querySelectorAll<HTMLInputElement>("[data-choose]")) box.checked = input.checked;
    }
    if (form) settle(form);
  });
  // After a search the keys are for the rows again.
  document.addEventListener("submit", (event) => {
    const form = event.target as Element;
    if (form.matches("[role=search]")) (document.activeElement as HTMLElement | null)?.blur();
  });
  document.addEventListener("htmx:load", () => {
    document.querySelectorAll<HTMLFormElement>("[data-bulk-form]").forEach(settle);
  });
  document.querySelectorAll<HTMLFormElement>("[data-bulk-form]").forEach(settle);
}
