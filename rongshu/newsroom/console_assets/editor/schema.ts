// The document an editor may write: exactly what the gate's sanitiser keeps, so that nothing is lost in saving.
import { type DOMOutputSpec, type MarkSpec, type NodeSpec, Schema } from "prosemirror-model";
import { tableNodes } from "prosemirror-tables";

const CLASSES = [
  "align-left", "align-center", "align-right", "align-justify", "indent", "no-indent", "signature", "note",
];
export const ALIGNMENTS = ["align-left", "align-center", "align-right", "align-justify"];

/** The classes an element keeps, sorted; an alignment written as style or attribute counts as its class. */
function classesOf(element: HTMLElement): string {
  const kept = new Set([...element.classList].filter((name) => CLASSES.includes(name)));
  const style = /(?:^|[;\s])text-align\s*:\s*(left|center|right|justify)/i.exec(element.getAttribute("style") ?? "");
  const given = style?.[1] ?? element.getAttribute("align");
  if (given && ALIGNMENTS.includes(`align-${given.toLowerCase()}`)) kept.add(`align-${given.toLowerCase()}`);
  return [...kept].sort().join(" ");
}

function withClasses(classes: unknown): Record<string, string> {
  return classes ? { class: String(classes) } : {};
}

const prose = { attrs: { classes: { default: "" } }, group: "block", content: "inline*", defining: true };

function heading(level: number) {
  return { tag: `h${level}`, getAttrs: (dom: HTMLElement) => ({ level, classes: classesOf(dom) }) };
}

function addressOf(dom: HTMLElement): string {
  return dom.getAttribute("src") ?? "";
}

function picture(dom: HTMLElement): Record<string, string> {
  return {
    src: addressOf(dom),
    alt: dom.getAttribute("alt") ?? "",
    title: dom.getAttribute("title") ?? "",
    width: dom.getAttribute("width") ?? "",
  };
}

function pictureOut(attrs: Record<string, unknown>): DOMOutputSpec {
  const out: Record<string, string> = { src: String(attrs["src"]), alt: String(attrs["alt"]) };
  if (attrs["title"]) out["title"] = String(attrs["title"]);
  if (attrs["width"]) out["width"] = String(attrs["width"]);
  return ["img", out];
}

const pictureAttributes = { src: {}, alt: { default: "" }, title: { default: "" }, width: { default: "" } };

const nodes: Record<string, NodeSpec> = {
  doc: { content: "block+" },
  text: { group: "inline" },
  paragraph: {
    ...prose,
    parseDOM: [{ tag: "p", getAttrs: (dom) => ({ classes: classesOf(dom) }) }],
    toDOM: (node) => ["p", withClasses(node.attrs["classes"]), 0],
  },
  heading: {
    ...prose,
    attrs: { ...prose.attrs, level: { default: 2 } },
    parseDOM: [1, 2, 3, 4, 5, 6].map(heading),
    toDOM: (node) => [`h${node.attrs["level"]}`, withClasses(node.attrs["classes"]), 0],
  },
  blockquote: {
    group: "block", content: "block+", defining: true,
    parseDOM: [{ tag: "blockquote" }],
    toDOM: () => ["blockquote", 0],
  },
  horizontal_rule: { group: "block", parseDOM: [{ tag: "hr" }], toDOM: () => ["hr"] },
  code_block: {
    group: "block", content: "text*", marks: "", code: true, defining: true,
    parseDOM: [{ tag: "pre", preserveWhitespace: "full" }],
    toDOM: () => ["pre", ["code", 0]],
  },
  ordered_list: {
    group: "block", content: "list_item+", attrs: { start: { default: 1 }, type: { default: "" } },
    parseDOM: [{
      tag: "ol",
      getAttrs: (dom) => ({ start: Number(dom.getAttribute("start") ?? 1) || 1, type: dom.getAttribute("type") ?? "" }),
    }],
    toDOM: (node) => {
      const out: Record<string, string> = {};
      if (node.attrs["start"] !== 1) out["start"] = String(node.attrs["start"]);
      if (node.attrs["type"]) out["type"] = String(node.attrs["type"]);
      return ["ol", out, 0];
    },
  },
  bullet_list: { group: "block", content: "list_item+", parseDOM: [{ tag: "ul" }], toDOM: () => ["ul", 0] },
  list_item: { content: "paragraph block*", defining: true, parseDOM: [{ tag: "li" }], toDOM: () => ["li", 0] },
  figure: {
    group: "block", atom: true, draggable: true,
    attrs: { ...pictureAttributes, caption: { default: "" } },
    parseDOM: [{
      tag: "figure",
      getAttrs: (dom) => {
        const image = dom.querySelector("img");
        if (!image || dom.querySelector("table, video, audio")) return false;
        return { ...picture(image), caption: dom.querySelector("figcaption")?.textContent?.trim() ?? "" };
      },
    }],
    toDOM: (node) => {
      const image = pictureOut(node.attrs);
      const caption = String(node.attrs["caption"]);
      return caption ? ["figure", image, ["figcaption", caption]] : ["figure", image];
    },
  },
  image: {
    group: "inline", inline: true, atom: true, draggable: true, attrs: pictureAttributes,
    parseDOM: [{ tag: "img[src]", getAttrs: (dom) => picture(dom) }],
    toDOM: (node) => pictureOut(node.attrs),
  },
  medium: {
    group: "block", atom: true, draggable: true, attrs: { src: {}, kind: { default: "video" } },
    parseDOM: ["video", "audio"].map((kind) => ({
      tag: `${kind}[src]`, getAttrs: (dom: HTMLElement) => ({ src: addressOf(dom), kind }),
    })),
    toDOM: (node) => [String(node.attrs["kind"]), { src: String(node.attrs["src"]), controls: "" }],
  },
  footnote: {
    group: "inline", inline: true, atom: true, attrs: { text: { default: "" } },
    parseDOM: [{ tag: "span[data-footnote]", getAttrs: (dom) => ({ text: dom.getAttribute("data-footnote") }) }],
    toDOM: (node) => ["span", { "data-footnote": String(node.attrs["text"]) }],
  },
  hard_break: {
    group: "inline", inline: true, selectable: false, linebreakReplacement: true,
    parseDOM: [{ tag: "br" }], toDOM: () => ["br"],
  },
  ...tableNodes({
    tableGroup: "block",
    cellContent: "block+",
    cellAttributes: {
      classes: {
        default: "", getFromDOM: classesOf,
        setDOMAttr: (value, attrs) => { if (value) attrs["class"] = value; },
      },
      scope: {
        default: null, getFromDOM: (dom) => dom.getAttribute("scope"),
        setDOMAttr: (value, attrs) => { if (value) attrs["scope"] = value; },
      },
    },
  }),
};

function simpleMark(name: string, ...also: string[]): MarkSpec {
  return { parseDOM: [name, ...also].map((tag) => ({ tag })), toDOM: () => [name, 0] };
}

const marks: Record<string, MarkSpec> = {
  link: {
    attrs: { href: {}, title: { default: "" } }, inclusive: false,
    parseDOM: [{
      tag: "a[href]",
      getAttrs: (dom) => ({ href: dom.getAttribute("href"), title: dom.getAttribute("title") ?? "" }),
    }],
    toDOM: (mark) => {
      const out: Record<string, string> = { href: String(mark.attrs["href"]) };
      if (mark.attrs["title"]) out["title"] = String(mark.attrs["title"]);
      return ["a", out, 0];
    },
  },
  strong: simpleMark("strong", "b"),
  em: simpleMark("em", "i"),
  underline: simpleMark("u", "ins"),
  strike: simpleMark("s", "del"),
  superscript: { ...simpleMark("sup"), excludes: "subscript" },
  subscript: { ...simpleMark("sub"), excludes: "superscript" },
  code: simpleMark("code"),
};

export const schema = new Schema({ nodes, marks });
