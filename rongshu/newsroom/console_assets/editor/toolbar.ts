// The toolbar: one tab stop, arrow keys inside, every button named and with its state.
import { chainCommands } from "prosemirror-commands";
import { redo, undo } from "prosemirror-history";
import type { Command, EditorState } from "prosemirror-state";
import {
  addColumnAfter, addRowAfter, deleteColumn, deleteRow, deleteTable, isInTable, mergeCells, splitCell, toggleHeaderCell,
} from "prosemirror-tables";
import type { EditorView } from "prosemirror-view";
import { blockKind, hasClass, hasMark, inside, setKind, toggle, toggleClass, toggleList, toggleQuote } from "./commands";
import { element, icon } from "./elements";

/** What the buttons ask of the editor beyond commands on the document. */
export interface Deeds {
  link(): void;
  table(): void;
  images(): void;
  attachment(): void;
  video(): void;
  footnote(): void;
  resource(): void;
  find(): void;
  typeset(): void;
  fullScreen(): void;
}

interface Button {
  label: string;
  icon: string;
  run: Command | (() => void);
  isOn?: (state: EditorState) => boolean;
  /** Shown only while this holds. */
  where?: (state: EditorState) => boolean;
  needsCommand?: boolean;
}

const KINDS: readonly (readonly [string, string])[] = [
  ["p", "正文"], ["h2", "一级标题"], ["h3", "二级标题"], ["h4", "三级标题"],
];

function styleButtons(): Button[] {
  const styled = (label: string, markup: string, name: string): Button =>
    ({ label, icon: markup, run: toggle(name), isOn: (state) => hasMark(state, name), needsCommand: true });
  const classed = (label: string, markup: string, name: string): Button =>
    ({ label, icon: markup, run: toggleClass(name), isOn: (state) => hasClass(state, name), needsCommand: true });
  return [
    styled("加粗（Ctrl+B）", "bold", "strong"), styled("斜体（Ctrl+I）", "italic", "em"),
    styled("下划线（Ctrl+U）", "underline", "underline"), styled("删除线", "strikethrough", "strike"),
    styled("上标", "superscript", "superscript"), styled("下标", "subscript", "subscript"),
    { label: "项目符号", icon: "list", run: toggleList("bullet_list"), isOn: (state) => inside(state, "bullet_list"), needsCommand: true },
    { label: "编号列表", icon: "list-numbers", run: toggleList("ordered_list"), isOn: (state) => inside(state, "ordered_list"), needsCommand: true },
    { label: "引文", icon: "blockquote", run: toggleQuote, isOn: (state) => inside(state, "blockquote"), needsCommand: true },
    classed("居中", "align-center", "align-center"), classed("居右", "align-right", "align-right"),
    classed("首行缩进", "indent-increase", "indent"), classed("落款", "signature", "signature"),
  ];
}

function insertButtons(deeds: Deeds, insertRule: Command): Button[] {
  return [
    { label: "链接（Ctrl+K）", icon: "link", run: () => deeds.link(), isOn: (state) => hasMark(state, "link") },
    { label: "图片", icon: "photo", run: () => deeds.images() },
    { label: "附件", icon: "paperclip", run: () => deeds.attachment() },
    { label: "视频或音频", icon: "video", run: () => deeds.video() },
    { label: "表格", icon: "table-plus", run: () => deeds.table(), where: (state) => !isInTable(state) },
    { label: "脚注", icon: "asterisk", run: () => deeds.footnote() },
    { label: "引用资源库内容", icon: "books", run: () => deeds.resource() },
    { label: "分隔线", icon: "separator", run: insertRule, needsCommand: true },
  ];
}

function tableButtons(): Button[] {
  const inTable = (label: string, markup: string, run: Command): Button =>
    ({ label, icon: markup, run, where: isInTable, needsCommand: true });
  return [
    inTable("在下方插入行", "row-insert-bottom", addRowAfter), inTable("删除行", "row-remove", deleteRow),
    inTable("在右侧插入列", "column-insert-right", addColumnAfter), inTable("删除列", "column-remove", deleteColumn),
    inTable("切换表头单元格", "table-row", toggleHeaderCell), inTable("合并单元格", "arrow-merge", mergeCells),
    inTable("拆分单元格", "arrows-split-2", splitCell), inTable("删除表格", "table-off", deleteTable),
  ];
}

export class Toolbar {
  readonly dom: HTMLElement;
  private readonly kinds: HTMLSelectElement;
  private readonly buttons: { spec: Button; dom: HTMLButtonElement }[] = [];

  constructor(private readonly view: () => EditorView, private readonly icons: string, deeds: Deeds, insertRule: Command) {
    this.kinds = element("select", { class: "form-select form-select-sm", "aria-label": "段落样式" });
    for (const [value, label] of KINDS) this.kinds.append(element("option", { value }, label));
    this.kinds.addEventListener("change", () => { this.run(setKind(this.kinds.value)); this.view().focus(); });
    this.dom = element("div", { role: "toolbar", "aria-label": "编辑工具", class: "editor-toolbar" }, this.kinds);
    this.group(styleButtons());
    this.group(insertButtons(deeds, insertRule));
    this.group(tableButtons());
    this.group([
      { label: "查找与替换（Ctrl+F）", icon: "search", run: () => deeds.find() },
      { label: "一键排版：缩进用样式、标点用全角、去多余空格", icon: "wand", run: () => deeds.typeset() },
      { label: "撤销（Ctrl+Z）", icon: "arrow-back-up", run: undo, needsCommand: true },
      { label: "重做（Ctrl+Y）", icon: "arrow-forward-up", run: redo, needsCommand: true },
      { label: "全屏（F11）", icon: "maximize", run: () => deeds.fullScreen() },
    ]);
    this.dom.addEventListener("keydown", (event) => this.rove(event));
    this.dom.addEventListener("focusin", (event) => this.holdFocus(event.target as HTMLElement));
    this.holdFocus(this.kinds);
  }

  focus(): void {
    (this.stops().find((one) => one.tabIndex === 0) ?? this.kinds).focus();
  }

  update(state: EditorState): void {
    const kind = blockKind(state);
    this.kinds.value = KINDS.some(([value]) => value === kind) ? kind : "p";
    for (const { spec, dom } of this.buttons) {
      dom.hidden = Boolean(spec.where && !spec.where(state));
      if (spec.isOn) dom.setAttribute("aria-pressed", String(spec.isOn(state)));
      if (spec.needsCommand) dom.setAttribute("aria-disabled", String(!(spec.run as Command)(state)));
    }
    if (!this.stops().some((one) => one.tabIndex === 0)) this.holdFocus(this.kinds);
  }

  private group(specs: Button[]): void {
    const box = element("div", { class: "editor-toolbar-group", role: "group" });
    for (const spec of specs) {
      const dom = element("button", { type: "button", title: spec.label, "aria-label": spec.label, class: "editor-tool", tabindex: "-1" });
      dom.append(icon(this.icons, spec.icon));
      dom.addEventListener("mousedown", (event) => event.preventDefault());
      dom.addEventListener("click", () => this.press(spec));
      this.buttons.push({ spec, dom });
      box.append(dom);
    }
    this.dom.append(box);
  }

  private press(spec: Button): void {
    if (!spec.needsCommand) { (spec.run as () => void)(); return; }
    this.run(spec.run as Command);
    this.view().focus();
  }

  private run(command: Command): void {
    const view = this.view();
    chainCommands(command)(view.state, view.dispatch, view);
  }

  private stops(): HTMLElement[] {
    return [this.kinds, ...this.buttons.map(({ dom }) => dom).filter((dom) => !dom.hidden)];
  }

  private holdFocus(target: HTMLElement): void {
    const stop = this.stops().find((one) => one === target || one.contains(target));
    if (!stop) return;
    [this.kinds, ...this.buttons.map(({ dom }) => dom)].forEach((one) => { one.tabIndex = one === stop ? 0 : -1; });
  }

  /** Left and right move, Home and End jump, Escape returns to the text (WAI-ARIA toolbar pattern). */
  private rove(event: KeyboardEvent): void {
    if (event.key === "Escape") { this.view().focus(); return; }
    const stops = this.stops();
    const at = stops.findIndex((one) => one === document.activeElement);
    const moves: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: stops.length - 1 };
    const to = moves[event.key];
    if (to === undefined || at < 0) return;
    event.preventDefault();
    stops[(to + stops.length) % stops.length]?.focus();
  }
}
