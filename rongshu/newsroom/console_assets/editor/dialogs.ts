// Small dialogs of the editor: a native <dialog> with labelled fields; Escape leaves everything as it was.
import { element } from "./elements";

export interface Field {
  name: string;
  label: string;
  kind?: "text" | "url" | "number" | "textarea" | "checkbox" | "file" | "select";
  value?: string;
  help?: string;
  required?: boolean;
  accept?: string;
  multiple?: boolean;
  options?: readonly (readonly [string, string])[];
}

export interface Answer {
  values: Record<string, string>;
  files: File[];
}

let serial = 0;

function control(field: Field, id: string): HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement {
  const shared = { id, name: field.name, required: field.required, "aria-describedby": field.help ? `${id}-help` : undefined };
  if (field.kind === "textarea") return element("textarea", { ...shared, rows: "3", class: "form-control" }, field.value ?? "");
  if (field.kind === "select") {
    const made = element("select", { ...shared, class: "form-select" });
    for (const [value, label] of field.options ?? []) {
      made.append(element("option", { value, selected: value === field.value }, label));
    }
    return made;
  }
  const isBox = field.kind === "checkbox";
  return element("input", {
    ...shared, type: field.kind ?? "text", class: isBox ? "form-check-input" : "form-control",
    value: isBox || field.kind === "file" ? undefined : field.value, checked: isBox && field.value === "1",
    accept: field.accept, multiple: field.multiple, min: field.kind === "number" ? "1" : undefined,
  });
}

/** Ask for values; null when the person leaves. `extra` stands above the fields (a picker, a preview). */
export function ask(title: string, verb: string, fields: readonly Field[], extra?: HTMLElement): Promise<Answer | null> {
  serial += 1;
  const form = element("form", { method: "dialog", class: "modal-content" });
  const heading = `editor-dialog-${serial}`;
  const dialog = element("dialog", { class: "editor-dialog", "aria-labelledby": heading }, form);
  form.append(element("h2", { id: heading, class: "h3" }, title));
  if (extra) form.append(extra);
  fields.forEach((field, index) => {
    const id = `${heading}-${index}`;
    const label = element("label", { for: id, class: "form-label" }, field.label + (field.required ? "（必填）" : ""));
    const box = element("div", { class: "mb-3" }, label, control(field, id));
    if (field.help) box.append(element("div", { id: `${id}-help`, class: "form-hint" }, field.help));
    form.append(box);
  });
  const leave = element("button", { type: "button", class: "btn" }, "取消");
  form.append(element("div", { class: "editor-dialog-buttons" }, element("button", { class: "btn btn-primary" }, verb), leave));
  document.body.append(dialog);
  return new Promise((resolve) => {
    let answer: Answer | null = null;
    leave.addEventListener("click", () => dialog.close());
    form.addEventListener("submit", () => { answer = answered(form); });
    dialog.addEventListener("close", () => { dialog.remove(); resolve(answer); });
    dialog.showModal();
  });
}

function answered(form: HTMLFormElement): Answer {
  const values: Record<string, string> = {};
  const files: File[] = [];
  for (const [name, value] of new FormData(form)) {
    if (value instanceof File) { if (value.name) files.push(value); } else values[name] = value.trim();
  }
  return { values, files };
}

export interface Resource {
  id: string;
  title: string;
  note: string;
}

async function resourcesAt(address: string, query: Record<string, string>): Promise<Resource[] | null> {
  const asked = fetch(`${address}?${new URLSearchParams(query)}`, { headers: { Accept: "application/json" } });
  const answer = await asked.catch(() => null);
  return answer?.ok && !answer.redirected ? ((await answer.json()) as { rows: Resource[] }).rows : null;
}

/** What a resource is called that he may use; null where it is not his to see, or is none. */
export async function resourceAt(address: string, id: string): Promise<Resource | null> {
  return (await resourcesAt(address, { id }))?.[0] ?? null;
}

/** Let the person look for a resource of the library that he may use. */
export function chooseResource(
  address: string, title = "引用资源库内容", verb = "插入引用", narrowed: Record<string, string> = {},
): Promise<Resource | null> {
  const found: { chosen: Resource | null } = { chosen: null };
  const words = element("input", { type: "search", id: "resource-words", class: "form-control", autocomplete: "off" });
  const list = element("div", { role: "radiogroup", "aria-label": "资源", class: "editor-picker" });
  const told = element("p", { role: "status", class: "form-hint" }, "输入标题中的词。");
  const box = element("div", { class: "mb-3" }, element("label", { for: "resource-words", class: "form-label" }, "查找资源"), words, told, list);
  let waiting = 0;
  const look = async () => {
    const asked = words.value;
    const rows = await resourcesAt(address, { q: asked, ...narrowed });
    if (asked !== words.value) return; // a later question is on its way
    if (!rows) { told.textContent = "暂时查不到资源，请稍后再试。"; return; }
    told.textContent = rows.length ? `找到 ${rows.length} 项，请选择一项。` : "没有找到，请换一个词。";
    list.replaceChildren(...rows.map((row) => resourceChoice(row, () => { found.chosen = row; })));
  };
  words.addEventListener("input", () => { clearTimeout(waiting); waiting = window.setTimeout(() => void look(), 250); });
  words.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); void look(); } });
  void look();
  return ask(title, verb, [], box).then((answer) => (answer ? found.chosen : null));
}

function resourceChoice(row: Resource, choose: () => void): HTMLElement {
  const input = element("input", { type: "radio", name: "resource", value: row.id, class: "form-check-input" });
  input.addEventListener("change", choose);
  return element("label", { class: "editor-picker-row" }, input, element("span", {}, row.title), element("small", {}, row.note));
}
