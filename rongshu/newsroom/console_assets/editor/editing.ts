// One editor over one textarea. The textarea stays the field of the form: without scripts it is all there is.
import { baseKeymap, toggleMark } from "prosemirror-commands";
import { dropCursor } from "prosemirror-dropcursor";
import { gapCursor } from "prosemirror-gapcursor";
import { closeHistory, history, redo, undo } from "prosemirror-history";
import { inputRules, textblockTypeInputRule, wrappingInputRule } from "prosemirror-inputrules";
import { keymap } from "prosemirror-keymap";
import { type Node, Slice } from "prosemirror-model";
import { liftListItem, sinkListItem, splitListItem } from "prosemirror-schema-list";
import { type Command, EditorState, NodeSelection, type Plugin } from "prosemirror-state";
import { goToNextCell, tableEditing } from "prosemirror-tables";
import { EditorView } from "prosemirror-view";
import { Checking, type ShortText } from "./checking";
import { insertNode, mark, type } from "./commands";
import { element } from "./elements";
import { FindBar } from "./find";
import { lostElements, parseHtml, writeHtml } from "./html";
import { Inserting, nodesWithWords, statusLine } from "./inserting";
import { findingsPlugin, searchPlugin } from "./marking";
import { cleanPaste, LARGEST_PASTE } from "./paste";
import { countCharacters } from "./plain-text";
import { Toolbar } from "./toolbar";
import { typesetDocument } from "./typography";
import { sizeInWords } from "./uploads";
import { nodeViews } from "./views";

export class Editing {
  private readonly view: EditorView;
  private readonly box: HTMLElement;
  private readonly status = statusLine();
  private readonly inserting: Inserting;
  private readonly toolbar: Toolbar;
  private readonly find: FindBar;
  private readonly checking: Checking;
  private writing = 0;

  constructor(private readonly field: HTMLTextAreaElement) {
    const given = field.dataset;
    const view = () => this.view;
    const places = { upload: given["upload"] ?? "", limit: Number(given["limit"] ?? 200 * 1048576), marks: given["marks"] === "usual" };
    this.inserting = new Inserting(view, places, given["resources"] ?? "", this.status.tell, this.status.progress);
    this.find = new FindBar(view);
    this.checking = new Checking(view, given["check"] ?? "", document.querySelector("[data-findings]"), () => given["owner"] ?? "", this.shortTexts());
    this.toolbar = new Toolbar(view, given["icons"] ?? "", this.deeds(), insertNode("horizontal_rule", {}));
    this.box = element("div", { class: "editor" }, this.toolbar.dom, this.find.dom);
    this.view = this.begin(given["files"] ?? "");
    this.box.append(this.status.dom);
    field.before(this.box);
    field.hidden = true;
    this.nameText();
    this.after();
    this.tellLost();
    field.form?.addEventListener("formdata", (event) => { event.formData.set(field.name, this.html()); });
    field.addEventListener("editor:replace", () => this.replaceAll(field.value));
    this.checking.soon();
  }

  /** The fields beside the text that are inspected with it. */
  private shortTexts(): ShortText[] {
    const named = ["Title", "SubTitle", "Description"].map((name) => this.field.form?.elements.namedItem(name));
    return named.filter((one) => one instanceof HTMLInputElement || one instanceof HTMLTextAreaElement);
  }

  html(): string {
    return this.view.state.doc.eq(this.untouched) ? this.source : writeHtml(this.view.state.doc);
  }

  private source = "";
  private untouched!: Node;

  private begin(files: string): EditorView {
    this.source = this.field.value;
    const state = EditorState.create({ doc: parseHtml(this.source), plugins: this.plugins() });
    this.untouched = state.doc;
    return new EditorView({ mount: this.box.appendChild(element("div", { class: "editor-text prose" })) }, {
      state,
      nodeViews: nodeViews(files, (node, position) => void this.inserting.edit(node, position)),
      dispatchTransaction: (tr) => {
        this.view.updateState(this.view.state.apply(tr));
        if (tr.docChanged) this.changed();
        this.toolbar.update(this.view.state);
      },
      handlePaste: (_, event) => this.paste(event),
      handleDrop: (_, event) => this.takeFiles((event as DragEvent).dataTransfer),
    });
  }

  private plugins(): Plugin[] {
    const rules = inputRules({ rules: [
      textblockTypeInputRule(/^(#{2,4})\s$/, type("heading"), (match) => ({ level: match[1]?.length ?? 2 })),
      wrappingInputRule(/^\s*[-*]\s$/, type("bullet_list")),
      wrappingInputRule(/^(\d+)\.\s$/, type("ordered_list"), (match) => ({ start: Number(match[1]) })),
    ] });
    const keys: Record<string, Command> = {
      "Mod-z": undo, "Mod-y": redo, "Shift-Mod-z": redo,
      "Mod-b": toggleMark(mark("strong")), "Mod-i": toggleMark(mark("em")), "Mod-u": toggleMark(mark("underline")),
      "Mod-k": () => { void this.inserting.link(); return true; },
      "Mod-f": () => { this.find.open(); return true; },
      "Alt-F10": () => { this.toolbar.focus(); return true; },
      "Shift-Enter": insertNode("hard_break", {}),
      "Mod-Alt-f": () => { void this.inserting.footnote(); return true; },
      Enter: (state, dispatch) => this.editChosen(state) || splitListItem(type("list_item"))(state, dispatch),
      Tab: (state, dispatch, view) => goToNextCell(1)(state, dispatch, view) || sinkListItem(type("list_item"))(state, dispatch, view),
      "Shift-Tab": (state, dispatch, view) => goToNextCell(-1)(state, dispatch, view) || liftListItem(type("list_item"))(state, dispatch, view),
      F11: () => { this.fullScreen(); return true; },
      Escape: () => this.leaveFullScreen(),
    };
    return [rules, keymap(keys), keymap(baseKeymap), history(), dropCursor(), gapCursor(), tableEditing(), findingsPlugin(), searchPlugin()];
  }

  /** Open what the arrow keys have chosen: a note, a picture. */
  private editChosen(state: EditorState): boolean {
    const { selection } = state;
    if (!(selection instanceof NodeSelection) || !nodesWithWords.has(selection.node.type.name)) return false;
    void this.inserting.edit(selection.node, selection.from);
    return true;
  }

  private deeds() {
    const inserting = () => this.inserting;
    return {
      link: () => void inserting().link(), table: () => void inserting().table(), images: () => void inserting().images(),
      attachment: () => void inserting().attachment(), video: () => void inserting().video(),
      footnote: () => void inserting().footnote(), resource: () => void inserting().resource(),
      find: () => this.find.open(), typeset: () => this.typeset(), fullScreen: () => this.fullScreen(),
    };
  }

  /** The words for the text are those of the textarea's label, help and error. */
  private nameText(): void {
    const { dom } = this.view;
    const label = this.field.labels?.[0];
    dom.setAttribute("role", "textbox");
    dom.setAttribute("aria-multiline", "true");
    dom.setAttribute("aria-label", label?.textContent?.trim() ?? "正文");
    const described = this.field.getAttribute("aria-describedby");
    if (described) dom.setAttribute("aria-describedby", described);
    label?.addEventListener("click", (event) => { event.preventDefault(); this.view.focus(); });
  }

  private changed(): void {
    clearTimeout(this.writing);
    this.writing = window.setTimeout(() => this.after(), 200);
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    this.checking.soon();
  }

  /** Costly after-work, once per pause: the field's value and the count. */
  private after(): void {
    this.field.value = this.html();
    this.status.count.textContent = `${countCharacters(this.view.state.doc)} 字`;
    this.toolbar.update(this.view.state);
  }

  private tellLost(): void {
    const lost = lostElements(this.source, writeHtml(this.view.state.doc));
    if (lost.length) this.status.tell(`原文中有编辑器不能保持的格式（${lost.join("、")}），修改后会化为普通段落。`, true);
  }

  private replaceAll(html: string): void {
    const doc = parseHtml(html);
    this.view.dispatch(this.view.state.tr.replace(0, this.view.state.doc.content.size, new Slice(doc.content, 0, 0)));
  }

  private typeset(): void {
    const tr = typesetDocument(this.view.state);
    if (tr.docChanged) this.view.dispatch(closeHistory(tr));
    this.status.tell(tr.docChanged ? "已排版；按 Ctrl+Z 可一次撤销。" : "没有需要调整的地方。");
    this.view.focus();
  }

  private paste(event: ClipboardEvent): boolean {
    const html = event.clipboardData?.getData("text/html") ?? "";
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const size = new Blob([html || text]).size;
    if (size > LARGEST_PASTE) {
      this.status.tell(`粘贴的内容有 ${sizeInWords(size)}，超过 5 MB，没有贴入，原文没有改变。请分段粘贴，或把大表格、图片作为附件上传。`, true);
      this.status.dom.scrollIntoView({ block: "nearest" });
      return true;
    }
    if (!html) return this.takeFiles(event.clipboardData);
    if (html.includes("data-pm-slice")) return false;
    this.pasteHtml(html);
    return true;
  }

  private pasteHtml(html: string): void {
    const { html: clean, pictures, lost } = cleanPaste(html);
    const marked = clean.replace(/<img[^>]*src="pasted:\d+"[^>]*>/g, "");
    this.view.pasteHTML(marked);
    const words = lost.length ? `已清理格式后粘贴；有${lost.join("、")}没有带入。` : "已清理格式后粘贴。";
    this.status.tell(words, lost.length > 0);
    if (pictures.length) void this.inserting.sendPictures(pictures, {});
  }

  private takeFiles(transfer: DataTransfer | null): boolean {
    const files = [...(transfer?.files ?? [])];
    const pictures = files.filter((file) => file.type.startsWith("image/"));
    if (!pictures.length) return false;
    void this.inserting.sendPictures(pictures, {});
    return true;
  }

  private fullScreen(): void {
    const isOn = this.box.classList.toggle("is-full");
    document.documentElement.classList.toggle("has-full-editor", isOn);
    this.view.focus();
  }

  private leaveFullScreen(): boolean {
    if (!this.box.classList.contains("is-full")) return false;
    this.fullScreen();
    return true;
  }
}
