// What is asked before something is inserted: alternative text, addresses, sizes of tables, resources.
import type { Node } from "prosemirror-model";
import type { EditorView } from "prosemirror-view";
import { hasMark, insertBlock, insertNode, insertTable, mark, setLink, type } from "./commands";
import { ask, chooseResource } from "./dialogs";
import { element } from "./elements";
import { send, sizeInWords, type Stored, UploadRefused, type Places } from "./uploads";

/** What has words of its own that can be changed: a note, a picture's alternative text. */
export const nodesWithWords: ReadonlySet<string> = new Set(["footnote", "image", "figure"]);
const ADDRESS = /^(https?:\/\/|mailto:|tel:|#)/i;

export class Inserting {
  constructor(
    private readonly view: () => EditorView, private readonly places: Places, private readonly resources: string,
    private readonly tell: (words: string, isWrong?: boolean) => void, private readonly progress: HTMLProgressElement,
  ) {}

  async link(): Promise<void> {
    const view = this.view();
    if (hasMark(view.state, "link") && !view.state.selection.empty) {
      view.dispatch(view.state.tr.removeMark(view.state.selection.from, view.state.selection.to, mark("link")));
      return;
    }
    const chosen = view.state.doc.textBetween(view.state.selection.from, view.state.selection.to, " ");
    const answer = await ask("插入链接", "插入链接", [
      { name: "href", label: "网址", value: "https://", required: true, help: "以 https:// 开头；邮箱写 mailto:，电话写 tel:。" },
      { name: "label", label: "显示文字", value: chosen, help: "写明打开后是什么，不写“点击这里”。" },
    ]);
    if (!answer) return;
    const href = answer.values["href"] ?? "";
    if (!ADDRESS.test(href)) { this.tell("网址须以 https://、http://、mailto: 或 tel: 开头，没有插入。", true); return; }
    this.run(setLink(href, answer.values["label"] ?? ""));
  }

  async table(): Promise<void> {
    const answer = await ask("插入表格", "插入表格", [
      { name: "rows", label: "行数", kind: "number", value: "3", required: true },
      { name: "columns", label: "列数", kind: "number", value: "3", required: true },
      { name: "head", label: "首行为表头", kind: "checkbox", value: "1" },
    ]);
    if (!answer) return;
    const within = (name: string, most: number) => Math.min(most, Math.max(1, Math.round(Number(answer.values[name])) || 1));
    this.run(insertTable(within("rows", 100), within("columns", 30), answer.values["head"] === "on"));
  }

  async images(): Promise<void> {
    const answer = await ask("插入图片", "上传并插入", [
      { name: "files", label: "图片文件", kind: "file", accept: "image/*", multiple: true, required: true, help: `可一次选多张，每张不超过 ${sizeInWords(this.places.limit)}。` },
      { name: "alt", label: "替代文字", required: true, help: "看不到图片的人靠它了解内容；多张时随后可逐张修改。" },
      { name: "caption", label: "图片说明", help: "显示在图片下方，可不填。" },
      { name: "watermark", label: "加水印", kind: "checkbox", value: this.places.marks ? "1" : "" },
    ]);
    if (answer) await this.sendPictures(answer.files, answer.values);
  }

  /** Upload pictures and put each into the text; without alternative text the picture says that it lacks one. */
  async sendPictures(files: readonly File[], values: Record<string, string>): Promise<void> {
    for (const file of files) {
      const stored = await this.send(file, { role: "image", alt: values["alt"] ?? "", watermark: values["watermark"] ? "1" : "" });
      if (!stored) continue;
      const attrs = { src: `attachment:${stored.digest}`, alt: values["alt"] ?? "", caption: values["caption"] ?? "" };
      this.run(insertBlock("figure", attrs));
    }
  }

  async attachment(): Promise<void> {
    const answer = await ask("添加附件", "上传附件", [
      { name: "files", label: "文件", kind: "file", multiple: true, required: true, help: `每个不超过 ${sizeInWords(this.places.limit)}；列在正文之后，并在此处插入链接。` },
    ]);
    let isFirst = true;
    for (const file of answer?.files ?? []) {
      const stored = await this.send(file, { role: "attachment" });
      if (!stored) continue;
      const { state, dispatch } = this.view();
      const at = state.selection.to; // behind what is selected: nothing of it is replaced
      const link = state.schema.text(stored.name, [mark("link").create({ href: `attachment:${stored.digest}` })]);
      dispatch(state.tr.insert(at, isFirst ? link : [state.schema.text("、"), link]).scrollIntoView());
      isFirst = false;
    }
  }

  async video(): Promise<void> {
    const answer = await ask("插入视频或音频", "上传并插入", [
      { name: "files", label: "视频或音频文件", kind: "file", accept: "video/*,audio/*", required: true, help: "MP4、WebM 或 MP3；请在正文中写出主要内容，方便听不到、看不到的人。" },
    ]);
    for (const file of answer?.files ?? []) {
      const stored = await this.send(file, { role: "attachment" });
      if (!stored) continue;
      const kind = stored.media_type.startsWith("audio/") ? "audio" : "video";
      if (!/^(video|audio)\//.test(stored.media_type)) { this.tell(`“${stored.name}”不是视频或音频，没有插入。`, true); continue; }
      this.run(insertBlock("medium", { src: `attachment:${stored.digest}`, kind }));
    }
  }

  async footnote(before = "", position?: number): Promise<void> {
    const answer = await ask(before ? "修改脚注" : "插入脚注", before ? "保存脚注" : "插入脚注", [
      { name: "text", label: "脚注内容", kind: "textarea", value: before, required: true },
    ]);
    if (!answer) return;
    if (position === undefined) this.run(insertNode("footnote", { text: answer.values["text"] ?? "" }));
    else this.change(position, { text: answer.values["text"] ?? "" });
  }

  async resource(): Promise<void> {
    const found = await chooseResource(this.resources);
    if (found) this.run(setLink(`resource:${found.id}`, `《${found.title}》`));
  }

  /** Change what stands at a position: alternative text of a picture, words of a note. */
  async edit(node: Node, position: number): Promise<void> {
    if (node.type.name === "footnote") { await this.footnote(String(node.attrs["text"]), position); return; }
    if (!nodesWithWords.has(node.type.name)) return;
    const fields = [
      { name: "alt", label: "替代文字", value: String(node.attrs["alt"]), required: true },
      { name: "width", label: "显示宽度（像素）", kind: "number" as const, value: String(node.attrs["width"] ?? ""), help: "不填则按原图大小，最宽不超过正文。" },
    ];
    const caption = { name: "caption", label: "图片说明", value: String(node.attrs["caption"] ?? "") };
    const answer = await ask("图片", "保存", node.type.name === "figure" ? [...fields, caption] : fields);
    if (answer) this.change(position, answer.values);
  }

  private change(position: number, attrs: Record<string, string>): void {
    const view = this.view();
    const node = view.state.doc.nodeAt(position);
    if (node) view.dispatch(view.state.tr.setNodeMarkup(position, type(node.type.name), { ...node.attrs, ...attrs }));
  }

  private run(command: ReturnType<typeof insertNode>): void {
    const view = this.view();
    command(view.state, view.dispatch, view);
    view.focus();
  }

  private async send(file: File, fields: Record<string, string>): Promise<Stored | null> {
    this.progress.hidden = false;
    this.tell(`正在上传“${file.name}”（${sizeInWords(file.size)}）…`);
    try {
      const stored = await send(file, this.places, fields, (share) => { this.progress.value = share; });
      this.tell([`“${stored.name}”已上传。`, ...stored.notices].join(""), stored.notices.length > 0);
      this.view().dom.dispatchEvent(new CustomEvent("editor:stored", { bubbles: true, detail: { ...stored, ...fields } }));
      return stored;
    } catch (error) {
      this.tell(error instanceof UploadRefused ? error.message : "没有传上去，请重试。", true);
      this.progress.parentElement?.scrollIntoView({ block: "nearest" }); // the line may be off the screen
      return null;
    } finally {
      this.progress.hidden = true;
    }
  }
}

export function statusLine(): { dom: HTMLElement; progress: HTMLProgressElement; tell: (words: string, isWrong?: boolean) => void; count: HTMLElement } {
  const told = element("span", { role: "status", class: "editor-told" });
  const progress = element("progress", { max: "1", value: "0", "aria-label": "上传进度", hidden: true });
  const count = element("span", { class: "editor-count" });
  const dom = element("div", { class: "editor-status" }, told, progress, count);
  return { dom, progress, count, tell: (words, isWrong = false) => { told.textContent = words; told.classList.toggle("is-wrong", isWrong); } };
}
