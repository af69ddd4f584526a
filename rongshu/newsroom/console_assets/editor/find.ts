// Find and replace: a bar under the toolbar, counts spoken, everything replaced is one step of undo.
import { closeHistory } from "prosemirror-history";
import { TextSelection } from "prosemirror-state";
import { Decoration, type EditorView } from "prosemirror-view";
import { element } from "./elements";
import { places, searchKey } from "./marking";

export class FindBar {
  readonly dom: HTMLElement;
  private readonly wanted = element("input", { type: "search", class: "form-control form-control-sm", "aria-label": "查找" });
  private readonly other = element("input", { class: "form-control form-control-sm", "aria-label": "替换为" });
  private readonly exact = element("input", { type: "checkbox", class: "form-check-input" });
  private readonly told = element("span", { role: "status", class: "editor-find-count" });
  private at = -1;

  constructor(private readonly view: () => EditorView) {
    const press = (label: string, deed: () => void) => {
      const button = element("button", { type: "button", class: "btn btn-sm" }, label);
      button.addEventListener("click", deed);
      return button;
    };
    this.dom = element("div", { class: "editor-find", role: "search", "aria-label": "查找与替换", hidden: true },
      this.wanted, press("上一处", () => this.step(-1)), press("下一处", () => this.step(1)), this.told,
      this.other, press("替换", () => this.replace()), press("全部替换", () => this.replaceAll()),
      element("label", { class: "form-check-label" }, this.exact, " 区分大小写"), press("关闭", () => this.close()));
    this.wanted.addEventListener("input", () => this.look());
    this.exact.addEventListener("change", () => this.look());
    this.dom.addEventListener("keydown", (event) => this.key(event));
    // What is typed here is no change of the piece.
    for (const kind of ["input", "change"]) this.dom.addEventListener(kind, (event) => event.stopPropagation());
  }

  open(): void {
    const { state } = this.view();
    const chosen = state.doc.textBetween(state.selection.from, state.selection.to, " ").slice(0, 80);
    this.dom.hidden = false;
    if (chosen) this.wanted.value = chosen;
    this.wanted.select();
    this.wanted.focus();
    this.look();
  }

  close(): void {
    this.dom.hidden = true;
    this.mark([]);
    this.view().focus();
  }

  private found() {
    return places(this.view().state, this.wanted.value, this.exact.checked);
  }

  private look(): void {
    this.at = -1;
    const found = this.found();
    this.mark(found);
    this.tell(found.length);
  }

  private tell(count: number): void {
    const here = this.at >= 0 ? `第 ${this.at + 1} 处，` : "";
    this.told.textContent = this.wanted.value ? (count ? `${here}共 ${count} 处` : "没有找到") : "";
  }

  private mark(found: { from: number; to: number }[]): void {
    const view = this.view();
    const decorations = found.map(({ from, to }, index) =>
      Decoration.inline(from, to, { class: index === this.at ? "found found-here" : "found" }));
    view.dispatch(view.state.tr.setMeta(searchKey, decorations));
  }

  private step(by: number): void {
    const found = this.found();
    if (!found.length) { this.tell(0); return; }
    this.at = (this.at + by + found.length) % found.length;
    this.mark(found);
    const here = found[this.at];
    const view = this.view();
    if (here) view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, here.from, here.to)).scrollIntoView());
    this.tell(found.length);
  }

  private replace(): void {
    if (this.at < 0) { this.step(1); return; }
    const here = this.found()[this.at];
    if (!here) return;
    this.put([here]);
    this.at -= 1;
    this.step(1);
  }

  private replaceAll(): void {
    const found = this.found();
    this.put(found);
    this.at = -1;
    this.mark(this.found());
    this.told.textContent = `已替换 ${found.length} 处`;
  }

  private put(found: { from: number; to: number }[]): void {
    const view = this.view();
    const tr = view.state.tr;
    for (const { from, to } of [...found].reverse()) {
      if (this.other.value) tr.insertText(this.other.value, from, to);
      else tr.delete(from, to);
    }
    view.dispatch(closeHistory(tr));
  }

  private key(event: KeyboardEvent): void {
    if (event.key === "Escape") { event.preventDefault(); this.close(); }
    if (event.key === "Enter") {
      event.preventDefault();
      if (event.target === this.other) this.replace();
      else this.step(event.shiftKey ? -1 : 1);
    }
  }
}
