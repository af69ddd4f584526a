// Inspection while writing: text out, findings back, a pause after the last key; the list stands at the right.
import type { EditorView } from "prosemirror-view";
import { TextSelection } from "prosemirror-state";
import { csrfToken, element } from "./elements";
import { type Finding, findingDecorations, findingsKey } from "./marking";
import { plainText } from "./plain-text";

const PAUSE = 900;
const AGAIN = 15; // seconds
const NAMES: Record<string, string> = { severe: "严重", general: "一般", hint: "提示" };

export class Checking {
  private waiting = 0;
  private running: AbortController | null = null;
  private last: string | null = null;

  constructor(
    private readonly view: () => EditorView, private readonly address: string,
    private readonly panel: HTMLElement | null, private readonly owner: () => string,
  ) {}

  soon(): void {
    if (!this.address) return;
    clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => void this.check(), PAUSE);
  }

  private async check(): Promise<void> {
    const { text } = plainText(this.view().state.doc);
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
      this.show(((await answer.json()) as { findings: Finding[] }).findings);
    } catch (error) {
      if (!(error instanceof DOMException && error.name === "AbortError")) this.tell("网络中断，恢复后自动检查。");
    }
  }

  private later(seconds: number): void {
    this.tell("暂时无法检查，稍后自动重试。");
    clearTimeout(this.waiting);
    this.waiting = window.setTimeout(() => void this.check(), seconds * 1000);
  }

  private tell(words: string): void {
    this.panel?.replaceChildren(element("p", { class: "text-secondary" }, words));
  }

  private show(findings: Finding[]): void {
    const view = this.view();
    view.dispatch(view.state.tr.setMeta(findingsKey, findingDecorations(view.state, findings)));
    if (!findings.length) { this.tell("没有发现问题。"); return; }
    const list = element("ol", { class: "editor-findings" });
    findings.slice(0, 200).forEach((finding, index) => list.append(this.row(finding, index)));
    this.panel?.replaceChildren(element("p", { role: "status" }, `发现 ${findings.length} 处，点一处看原文。`), list);
  }

  private row(finding: Finding, index: number): HTMLElement {
    const go = element("button", { type: "button", class: "editor-finding" },
      element("span", { class: `finding-mark finding-mark-${finding.severity}` }, NAMES[finding.severity] ?? finding.severity),
      element("strong", {}, finding.text), element("span", {}, `${finding.class_name}：${finding.rule_name}`));
    if (finding.advice) go.append(element("span", { class: "text-secondary" }, finding.advice));
    go.addEventListener("click", () => this.goTo(index));
    const row = element("li", {}, go);
    if (finding.suggestion) {
      const take = element("button", { type: "button", class: "btn btn-sm" }, `改为“${finding.suggestion}”`);
      take.addEventListener("click", () => this.take(index, finding.suggestion));
      row.append(take);
    }
    return row;
  }

  private place(index: number): { from: number; to: number } | null {
    const set = findingsKey.getState(this.view().state)?.set;
    const found = set?.find(undefined, undefined, () => true).find((one) => {
      const attributes = (one as unknown as { type: { attrs: Record<string, string> } }).type.attrs;
      return attributes["data-finding"] === String(index);
    });
    return found ? { from: found.from, to: found.to } : null;
  }

  private goTo(index: number): void {
    const here = this.place(index);
    const view = this.view();
    if (!here) { this.tell("这一处已经改过。"); return; }
    view.dispatch(view.state.tr.setSelection(TextSelection.create(view.state.doc, here.from, here.to)).scrollIntoView());
    view.focus();
  }

  private take(index: number, words: string): void {
    const here = this.place(index);
    const view = this.view();
    if (here) view.dispatch(view.state.tr.insertText(words, here.from, here.to).scrollIntoView());
    view.focus();
  }
}
