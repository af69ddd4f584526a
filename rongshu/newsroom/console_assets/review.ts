// "标注选中文字": puts the selected passage into the next empty row of the decision form.
const MOST_ROWS = 50;

function nextRow(): HTMLElement | undefined {
  const rows = [...document.querySelectorAll<HTMLElement>("[data-mark-row]")];
  const empty = rows.find((row) => !row.querySelector<HTMLInputElement>("input[name=quotation]")!.value);
  return empty ?? (rows.length < MOST_ROWS ? addedRow(rows) : undefined);
}

/** All rows are taken: another one like the last, with its number. */
function addedRow(rows: HTMLElement[]): HTMLElement {
  const row = rows.at(-1)!.cloneNode(true) as HTMLElement;
  const number = rows.length + 1;
  for (const input of row.querySelectorAll("input")) {
    const label = row.querySelector<HTMLLabelElement>(`label[for="${input.id}"]`)!;
    input.id = input.id.replace(/\d+$/, String(number));
    input.value = "";
    label.htmlFor = input.id;
    label.textContent = label.textContent!.replace(/\d+$/, String(number));
  }
  rows.at(-1)!.after(row);
  return row;
}

let selected = "";

document.addEventListener("selectionchange", () => {
  const selection = document.getSelection();
  const text = document.querySelector("[data-review-text]");
  if (!selection || selection.isCollapsed || !text?.contains(selection.anchorNode)) return;
  // A passage that runs over a paragraph's end is marked up to that end: the text is compared line by line.
  selected = selection.toString().split("\n")[0]!.trim().slice(0, 500);
});

document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest("[data-mark-selection]");
  if (!button || !selected) return;
  const row = nextRow();
  if (!row) return;
  row.querySelector<HTMLInputElement>("input[name=quotation]")!.value = selected;
  row.querySelector<HTMLInputElement>("input[name=mark_reason]")!.focus();
  selected = "";
});
