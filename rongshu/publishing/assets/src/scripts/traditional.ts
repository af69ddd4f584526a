/** 简 → 繁 of the page in the browser; loaded only when a reader asks for it (1 MB of dictionary). */
import { ConverterFactory } from "opencc-js/core";
import simplified from "opencc-js/from/cn";

type Part = { node: Text | Attr; original: string };

const ATTRIBUTES = ["alt", "title", "placeholder", "aria-label"];
const convert = ConverterFactory(simplified);
let parts: Part[] = [];

function textsOf(root: Element): Part[] {
  const found: Part[] = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const text = node as Text;
    if (/[㐀-鿿]/.test(text.data) && !text.parentElement?.closest("script, style, [data-keep]")) {
      found.push({ node: text, original: text.data });
    }
  }
  for (const element of root.querySelectorAll(ATTRIBUTES.map((name) => `[${name}]`).join(","))) {
    for (const name of ATTRIBUTES) {
      const attribute = element.getAttributeNode(name);
      if (attribute) found.push({ node: attribute, original: attribute.value });
    }
  }
  return found;
}

function write(part: Part, text: string): void {
  if (part.node instanceof Text) part.node.data = text;
  else part.node.value = text;
}

export function toTraditional(): void {
  parts = textsOf(document.documentElement);
  for (const part of parts) write(part, convert(part.original));
  document.documentElement.lang = "zh-Hant";
}

export function toSimplified(): void {
  for (const part of parts) write(part, part.original);
  parts = [];
  document.documentElement.lang = "zh-Hans";
}
