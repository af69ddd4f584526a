// Inspection while writing: text out, findings back, a pause after the last key; the list stands at the right.
// Titles and the summary go out behind the text, so that places in the text count from its beginning.
import type { EditorView } from "prosemirror-view";
import { TextSelection, type Transaction } from "prosemirror-state";
import { csrfToken, element } from "./elements";
import { type Finding, findingDecorations, findingsKey } from "./marking";
import { plainText } from "./plain-text";

const PAUSE = 900;
const AGAIN = 15; // seconds
const NAMES: Record<string, string> = { severe: "严重", general: "一般", hint: "提示" };

export type ShortText = HTMLInputElement | HTMLTextAreaElement;

/** A field's words, and where the first of them stands in what was sent. */
interface Part {
  field: ShortText;
  start: number;
  letters: readonly string[];
}

/** Where a finding stands: in a field by its name, or in the text; false says that the words are gone. */
interface Place {
  name: string;
  select(): boolean;
  replace(words: string): boolean;
}

export class Checking {
  private waiting = 0;
  private running: AbortController | null = null;
  private last: string | null = null;

  constructor(
    private readonly view: () => EditorView, private readonly address: string,
    private readonly panel: HTMLElement | null, private readonly owner: () => string,
    private readonly fields: readonly ShortText[],
  ) {
    for (const field of fields) field.addEventListener("input", () => this.soon());
  }

  soon(): void {
    if (!this.address) return;
    clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => void this.check(), PAUSE);
  }

  private async check(): Promise<void> {
    const { text, parts } = this.whole();
    if (text === this.last) return;
    this.running?.abort();
    this.running = new AbortController();
    try {
      const answer = await fetch(this.address, {
        method: "POST", signal: this.running.signal,
        headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": csrfToken() },
        body: JSON.stringify({ text, organization: this.owner() }),
      });
      if (!answer.ok) { this.later(Number(answer.headers.get("Retry-After")) || AGAIN); return; }
      this.last = text;
      this.show(((await answer.json()) as { findings: Finding[] }).findings, parts);
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) this.tell("网络中断，恢复后自动检查。");
    }
  }

  private whole(): { text: string; parts: Part[] } {
    let { text } = plainText(this.view().state.doc);
    const parts: Part[] = [];
    for (const field of this.fields) {
      text += "\n\n";
      parts.push({ field, start: [...text].length, letters: [...field.value] });
      text += field.value;
    }
    return { text, parts };
  }

  private later(seconds: number): void {
    this.tell("暂时无法检查，稍后自动重试。");
    clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => void this.check(), seconds * 1000);
  }

  private tell(words: string): void {
    this.panel?.replaceChildren(element("p", { class: "text-secondary" }, words));
  }

  private show(findings: Finding[], parts: readonly Part[]): void {
    const view = this.view();
    view.dispatch(view.state.tr.setMeta(findingsKey, findingDecorations(view.state, findings)));
    if (!findings.length) { this.tell("没有发现问题。"); return; }
    const list = element("ol", { class: "editor-findings" });
    findings.slice(0, 200).forEach((finding, index) => {
      const part = parts.find((one) => finding.start >= one.start && finding.end <= one.start + one.letters.length);
      list.append(this.row(finding, part ? this.inField(part, finding) : this.inText(index)));
    });
    this.panel?.replaceChildren(element("p", { role: "status" }, `发现 ${findings.length} 处，点一处看原文。`), list);
  }

  private row(finding: Finding, place: Place): HTMLElement {
    const go = element("button", { type: "button", class: "editor-finding" },
      element("span", { class: `finding-mark finding-mark-${finding.severity}` }, NAMES[finding.severity] ?? finding.severity),
      element("strong", {}, finding.text), element("span", {}, `${finding.class_name}：${finding.rule_name}`));
    if (place.name) go.append(element("span", { class: "text-secondary" }, `在“${place.name}”中`));
    if (finding.advice) go.append(element("span", { class: "text-secondary" }, finding.advice));
    go.addEventListener("click", () => this.unlessGone(place.select()));
    const row = element("li", {}, go);
    if (finding.suggestion) {
      const take = element("button", { type: "button", class: "btn btn-sm" }, `改为“${finding.suggestion}”`);
      take.addEventListener("click", () => this.unlessGone(place.replace(finding.suggestion)));
      row.append(take);
    }
    return row;
  }

  private unlessGone(isThere: boolean): void {
    if (!isThere) this.tell("这一处已经改过。");
  }

  private inText(index: number): Place {
    const found = () => findingsKey.getState(this.view().state)?.set.find(undefined, undefined, () => true).find((one) => {
      const attributes = (one as unknown as { type: { attrs: Record<string, string> } }).type.attrs;
      return attributes["data-finding"] === String(index);
    });
    const change = (changed: (view: EditorView, from: number, to: number) => Transaction) => {
      const here = found();
      const view = this.view();
      if (here) view.dispatch(changed(view, here.from, here.to).scrollIntoView());
      view.focus();
      return Boolean(here);
    };
    return {
      name: "",
      select: () => change(({ state }, from, to) => state.tr.setSelection(TextSelection.create(state.doc, from, to))),
      replace: (words) => change(({ state }, from, to) => state.tr.insertText(words, from, to)),
    };
  }

  private inField({ field, start, letters }: Part, finding: Finding): Place {
    const at = letters.slice(0, finding.start - start).join("").length;
    const select = () => {
      field.focus();
      const isThere = field.value.startsWith(finding.text, at);
      if (isThere) field.setSelectionRange(at, at + finding.text.length);
      return isThere;
    };
    const replace = (words: string) => {
      const isThere = select();
      if (isThere) field.setRangeText(words, at, at + finding.text.length, "end");
      field.dispatchEvent(new Event("input", { bubbles: true }));
      return isThere;
    };
    return { name: field.labels?.[0]?.textContent?.trim() ?? "", select, replace };
  }
}
