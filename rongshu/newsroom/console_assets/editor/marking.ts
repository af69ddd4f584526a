// Underlined findings and found words: decorations that travel with the text until the next check.
import { type EditorState, Plugin, PluginKey } from "prosemirror-state";
import { Decoration, DecorationSet } from "prosemirror-view";
import { plainText } from "./plain-text";

export interface Finding {
  class: string;
  class_name: string;
  severity: "severe" | "general" | "hint";
  start: number;
  end: number;
  text: string;
  rule: string;
  rule_name: string;
  suggestion: string; // takes the place of the text
  advice: string; // says what a person should do where nothing can
}

const SEVERITIES: Record<Finding["severity"], string> = { severe: "严重", general: "一般", hint: "提示" };

interface Marked {
  set: DecorationSet;
}

export const findingsKey = new PluginKey<Marked>("findings");
export const searchKey = new PluginKey<Marked>("search");

function marking(key: PluginKey<Marked>): Plugin<Marked> {
  return new Plugin<Marked>({
    key,
    state: {
      init: () => ({ set: DecorationSet.empty }),
      apply: (tr, before, _, state) => {
        const given = tr.getMeta(key) as Decoration[] | undefined;
        if (given) return { set: DecorationSet.create(state.doc, given) };
        return tr.docChanged ? { set: before.set.map(tr.mapping, tr.doc) } : before;
      },
    },
    props: { decorations: (state) => key.getState(state)?.set },
  });
}

export const findingsPlugin = () => marking(findingsKey);
export const searchPlugin = () => marking(searchKey);

/** Decorations for findings whose offsets count the characters of `plainText`; ones that no longer fit are left out. */
export function findingDecorations(state: EditorState, findings: readonly Finding[]): Decoration[] {
  const { text, positions } = plainText(state.doc);
  const letters = [...text];
  return findings.flatMap((finding, index) => {
    const from = positions[finding.start];
    const last = positions[finding.end - 1];
    const isStale = letters.slice(finding.start, finding.end).join("") !== finding.text;
    if (from === undefined || last === undefined || isStale) return [];
    const to = last + (letters[finding.end - 1]?.length ?? 1);
    const title = [
      SEVERITIES[finding.severity], finding.class_name, finding.rule_name,
      finding.suggestion && `建议：${finding.suggestion}`, finding.advice,
    ].filter(Boolean).join(" · ");
    const attributes = { class: `finding finding-${finding.severity}`, title, "data-finding": String(index) };
    return [Decoration.inline(from, to, attributes)];
  });
}

/** Every place of `wanted` within a line of text, as document positions. */
export function places(state: EditorState, wanted: string, isExact: boolean): { from: number; to: number }[] {
  if (!wanted) return [];
  const found: { from: number; to: number }[] = [];
  const fold = (text: string) => (isExact ? text : text.toLowerCase());
  state.doc.descendants((node, position) => {
    if (!node.isTextblock) return true;
    const text = fold(node.textBetween(0, node.content.size, "\n", "\ufffc"));
    for (let at = text.indexOf(fold(wanted)); at >= 0; at = text.indexOf(fold(wanted), at + wanted.length)) {
      found.push({ from: position + 1 + at, to: position + 1 + at + wanted.length });
    }
    return false;
  });
  return found;
}
