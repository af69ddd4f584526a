// The document as plain text, and where each of its characters stands: findings and searches speak of characters.
import type { Node } from "prosemirror-model";

export interface PlainText {
  text: string;
  /** Position in the document of each character (code point), and of the end. */
  positions: number[];
}

export function plainText(doc: Node): PlainText {
  let text = "";
  const positions: number[] = [];
  const add = (letters: string, position: number, isWide: boolean) => {
    let offset = 0;
    for (const letter of letters) {
      positions.push(position + offset);
      text += letter;
      if (isWide) offset += letter.length;
    }
  };
  doc.descendants((node, position) => {
    if (node.isTextblock && positions.length) add("\n", position, false);
    if (node.isText) add(node.text ?? "", position, true);
    else if (node.type.name === "hard_break") add("\n", position, false);
    return true;
  });
  positions.push(doc.content.size);
  return { text, positions };
}

/** Characters that count as words do in Chinese: all but space. */
export function countCharacters(doc: Node): number {
  return [...doc.textBetween(0, doc.content.size, "\n").replace(/\s/g, "")].length;
}
