// One-click typesetting of Chinese official prose: indents by style instead of spaces, full-width punctuation.
import type { Node } from "prosemirror-model";
import type { EditorState, Transaction } from "prosemirror-state";

const HAN = "\\u3400-\\u9fff\\uf900-\\ufaff";
const WIDE: Record<string, string> = { ",": "，", ";": "；", ":": "：", "?": "？", "!": "！", "(": "（", ")": "）" };
const BESIDE_HAN = `${HAN}“”‘’《》〈〉（）、。，；：？！`;
const NARROW = /[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]/g;

/** Return the text set by the rules; every rule looks at its neighbours, so figures and addresses stay as they are. */
export function typeset(text: string): string {
  const isAddress = /https?:\/\/|@[\w-]+\./.test(text);
  let out = text.replace(NARROW, (letter) => String.fromCharCode(letter.charCodeAt(0) - 0xfee0));
  if (!isAddress) {
    out = out.replace(new RegExp(`\\(([^()]*[${HAN}][^()]*)\\)`, "g"), "（$1）");
    out = out.replace(new RegExp(`(?<=[${BESIDE_HAN}])"([^"]+)"|"([^"]*[${HAN}][^"]*)"`, "g"), (_, a, b) => `“${a ?? b}”`);
    out = out.replace(new RegExp(`(?<=[${BESIDE_HAN}])\\s*([,;:?!])`, "g"), (_, mark: string) => WIDE[mark] ?? mark);
    out = out.replace(new RegExp(`(?<=[${BESIDE_HAN}])\\.(?=$|[${BESIDE_HAN}\\s])`, "g"), "。");
  }
  out = out.replace(new RegExp(`(?<=[${BESIDE_HAN}])[ \\u00a0\\u3000]+(?=[${BESIDE_HAN}])`, "g"), "");
  out = out.replace(/\.{3,}|。{2,}|…(?!…)(?<!……)/g, "……").replace(/(?<!-)-{2}(?!-)/g, "——");
  return out;
}

function leadingSpace(text: string): number {
  return /^[\s\u00a0\u3000]*/.exec(text)?.[0].length ?? 0;
}

function setBlock(tr: Transaction, block: Node, position: number): void {
  block.forEach((child, offset, index) => {
    if (!child.isText || child.marks.some((mark) => mark.type.name === "code")) return;
    const text = child.text ?? "";
    const stripped = index === 0 ? text.slice(leadingSpace(text)) : text;
    const better = typeset(stripped);
    if (better === text) return;
    const from = tr.mapping.map(position + 1 + offset);
    const to = tr.mapping.map(position + 1 + offset + child.nodeSize, -1);
    if (better) tr.replaceWith(from, to, child.type.schema.text(better, child.marks));
    else tr.delete(from, to);
  });
}

/** Set the whole document in one step that one undo takes back. */
export function typesetDocument(state: EditorState): Transaction {
  const tr = state.tr;
  state.doc.descendants((node, position, parent) => {
    if (!node.isTextblock) return true;
    if (node.type.spec.code) return false;
    const isBlank = !node.childCount || (node.childCount === 1 && !node.textContent.trim() && node.firstChild?.isText);
    if (isBlank && parent === state.doc && state.doc.childCount > 1) {
      const from = tr.mapping.map(position);
      if (tr.doc.childCount > 1) tr.delete(from, from + (tr.doc.nodeAt(from)?.nodeSize ?? 0));
      return false;
    }
    setBlock(tr, node, position);
    return false;
  });
  return tr;
}
