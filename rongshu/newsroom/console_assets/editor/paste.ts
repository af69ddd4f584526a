// What Word, WPS and WeChat put on the clipboard becomes plain, structured HTML before the editor reads it.
import { liftCaptions } from "./html";

export const LARGEST_PASTE = 5 * 1024 * 1024;

export interface Cleaned {
  html: string;
  /** Pictures embedded as data, in order; their place in the HTML is `src="pasted:<index>"`. */
  pictures: File[];
  /** Things that could not come along, in words for the writer. */
  lost: string[];
}

const REMOVED =
  "script, style, link, meta, title, xml, iframe, object, embed, form, input, button, select, textarea, svg, " +
  "mpvoice, mpvideo, mpvideosnap, mp-common-profile, mp-common-mpaudio, qqmusic, mp-miniprogram, mp-weapp, noscript";

export function cleanPaste(html: string): Cleaned {
  const body = new DOMParser().parseFromString(withoutComments(html), "text/html").body;
  const cleaned: Cleaned = { html: "", pictures: [], lost: [] };
  noteMedia(body, cleaned);
  body.querySelectorAll(REMOVED).forEach((one) => one.remove());
  unwrap(body, (one) => one.localName.includes(":") || one.localName === "font" || one.localName === "center");
  listsFromWord(body);
  marksFromStyles(body);
  takePictures(body, cleaned);
  unwrapSections(body);
  liftCaptions(body);
  headRows(body);
  body.querySelectorAll("*").forEach(stripAttributes);
  dropEmpty(body);
  cleaned.html = body.innerHTML;
  return cleaned;
}

function withoutComments(html: string): string {
  return html
    .replace(/<!--\[if[\s\S]*?<!\[endif\]-->/gi, "")
    .replace(/<!\[if[^\]]*\]>|<!\[endif\]>/gi, "")
    .replace(/<\?xml[^>]*>/gi, "")
    .replace(/\u200b|\ufeff|\u00ad/g, "");
}

function noteMedia(body: HTMLElement, cleaned: Cleaned): void {
  const count = body.querySelectorAll("iframe, mpvideo, mpvideosnap, mpvoice, video, audio, object, embed").length;
  if (count) cleaned.lost.push(`${count} 个音视频或嵌入内容`);
}

function styleOf(element: Element): string {
  return (element.getAttribute("style") ?? "").toLowerCase();
}

/** Replace elements by their children. */
function unwrap(body: HTMLElement, is: (element: Element) => boolean): void {
  for (const element of [...body.querySelectorAll("*")]) if (is(element)) element.replaceWith(...element.childNodes);
}

/** Word writes list items as paragraphs with the marker as ignorable text. */
function listsFromWord(body: HTMLElement): void {
  let list: HTMLElement | null = null;
  for (const paragraph of [...body.querySelectorAll<HTMLElement>("p")]) {
    if (!/mso-list\s*:\s*l\d/.test(styleOf(paragraph))) continue;
    const marker = [...paragraph.querySelectorAll("span")].find((one) => /mso-list\s*:\s*ignore/.test(styleOf(one)));
    const isNumbered = /[0-9a-z一二三四五六七八九十]+[.、)）]/i.test(marker?.textContent ?? "");
    marker?.remove();
    const kind = isNumbered ? "ol" : "ul";
    const before: Element | null = paragraph.previousElementSibling;
    if (!list || before !== list || list.localName !== kind) {
      list = body.ownerDocument.createElement(kind);
      paragraph.before(list);
    }
    const item = body.ownerDocument.createElement("li");
    item.append(...paragraph.childNodes);
    list.append(item);
    paragraph.remove();
  }
}

const MARKS: readonly (readonly [RegExp, string])[] = [
  [/font-weight\s*:\s*(bold|[6-9]00)/, "strong"],
  [/font-style\s*:\s*italic/, "em"],
  [/text-decoration[^;]*:\s*[^;]*underline/, "u"],
  [/text-decoration[^;]*:\s*[^;]*line-through/, "s"],
  [/vertical-align\s*:\s*super/, "sup"],
  [/vertical-align\s*:\s*sub\b/, "sub"],
];

function marksFromStyles(body: HTMLElement): void {
  for (const span of [...body.querySelectorAll("span")]) {
    let inner: Element = span;
    for (const [pattern, name] of MARKS) {
      if (!pattern.test(styleOf(span)) || span.closest(name) || !span.textContent?.trim()) continue;
      const mark = body.ownerDocument.createElement(name);
      mark.append(...inner.childNodes);
      inner.append(mark);
      inner = mark;
    }
    span.replaceWith(...span.childNodes);
  }
}

function takePictures(body: HTMLElement, cleaned: Cleaned): void {
  let missing = 0;
  for (const image of [...body.querySelectorAll("img")]) {
    const source = image.getAttribute("data-src") ?? image.getAttribute("src") ?? "";
    const file = fileOf(source, cleaned.pictures.length);
    if (file) {
      image.setAttribute("src", `pasted:${cleaned.pictures.length}`);
      cleaned.pictures.push(file);
    } else if (/^(attachment:|https?:)/.test(source)) {
      image.setAttribute("src", source);
    } else {
      missing += 1;
      image.remove();
    }
  }
  if (missing) cleaned.lost.push(`${missing} 张本机图片（请另存后用“图片”按钮上传）`);
}

function fileOf(source: string, index: number): File | null {
  const found = /^data:image\/(png|jpeg|gif|webp|bmp);base64,([a-z0-9+/=\s]+)$/i.exec(source);
  if (!found?.[1] || !found[2]) return null;
  try {
    const bytes = Uint8Array.from(atob(found[2].replace(/\s/g, "")), (letter) => letter.charCodeAt(0));
    return new File([bytes], `粘贴的图片-${index + 1}.${found[1]}`, { type: `image/${found[1]}` });
  } catch {
    return null;
  }
}

const BLOCKS = "p, div, section, article, ul, ol, table, h1, h2, h3, h4, h5, h6, blockquote, figure, pre, hr";

/** WeChat nests sections without end: those around blocks go, those around text become paragraphs. */
function unwrapSections(body: HTMLElement): void {
  for (const box of [...body.querySelectorAll<HTMLElement>("section, article, div, main, header, footer, aside")].reverse()) {
    if (box.querySelector(BLOCKS)) {
      box.replaceWith(...box.childNodes);
      continue;
    }
    const line = body.ownerDocument.createElement("p");
    line.setAttribute("style", styleOf(box));
    line.append(...box.childNodes);
    box.replaceWith(line);
  }
}

/** The first row of a pasted table is its head when Word says so. */
function headRows(body: HTMLElement): void {
  for (const cell of body.querySelectorAll("thead td")) {
    const head = body.ownerDocument.createElement("th");
    for (const name of ["colspan", "rowspan"]) {
      const value = cell.getAttribute(name);
      if (value) head.setAttribute(name, value);
    }
    head.setAttribute("scope", "col");
    head.append(...cell.childNodes);
    cell.replaceWith(head);
  }
}

const KEPT = new Set(["href", "src", "alt", "title", "colspan", "rowspan", "scope", "start", "data-footnote"]);

function stripAttributes(element: Element): void {
  const alignment = /text-align\s*:\s*(center|right)/.exec(styleOf(element))?.[1] ?? element.getAttribute("align");
  const classes = [...element.classList].filter((name) => /^(indent|no-indent|signature|note|align-\w+)$/.test(name));
  for (const { name } of [...element.attributes]) if (!KEPT.has(name)) element.removeAttribute(name);
  if (alignment === "center" || alignment === "right") classes.push(`align-${alignment}`);
  if (classes.length) element.className = [...new Set(classes)].join(" ");
  const address = element.getAttribute("href") ?? "";
  if (element.localName === "a" && !/^(https?:|mailto:|tel:|resource:|attachment:|#)/i.test(address)) {
    element.replaceWith(...element.childNodes);
  }
}

function dropEmpty(body: HTMLElement): void {
  for (const one of body.querySelectorAll("p, h1, h2, h3, h4, h5, h6, li, strong, em, u")) {
    const isEmpty = !one.textContent?.replace(/[\s\u00a0\u3000]/g, "") && !one.querySelector("img, br, table, span[data-footnote]");
    if (isEmpty && !one.closest("td, th")) one.remove();
  }
}
