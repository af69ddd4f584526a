// HTML in the textarea ↔ the document. Footnotes are numbered while writing and gathered while reading.
import { DOMParser as DocumentParser, DOMSerializer, type Node } from "prosemirror-model";
import { schema } from "./schema";

const NOTE = "b-note-";
const MARK = "b-mark-";

export function parseHtml(html: string): Node {
  const body = new DOMParser().parseFromString(html, "text/html").body;
  takeFootnotes(body);
  liftCaptions(body);
  return DocumentParser.fromSchema(schema).parse(body);
}

export function writeHtml(doc: Node): string {
  const holder = document.implementation.createHTMLDocument("").createElement("div");
  holder.append(DOMSerializer.fromSchema(schema).serializeFragment(doc.content, { document: holder.ownerDocument }));
  while (holder.childElementCount > 1 && isBlank(holder.lastElementChild)) holder.lastElementChild?.remove();
  writeFootnotes(holder);
  if (doc.childCount === 1 && doc.firstChild?.type.name === "paragraph" && !doc.firstChild.childCount) return "";
  return holder.innerHTML;
}

/** Whether it is the empty line on which writing would go on behind a picture or a video. */
function isBlank(last: Element | null): boolean {
  return last?.localName === "p" && !last.hasChildNodes();
}

/** Elements of the source that the document can't hold, by name: the writer is told before they are gone. */
export function lostElements(before: string, after: string): string[] {
  const plain = new Set(["div", "span", "tbody", "colgroup", "col", "b", "i", "ins", "del", "caption", "thead", "tfoot"]);
  const names = (html: string) =>
    new Set([...new DOMParser().parseFromString(html, "text/html").body.querySelectorAll("*")].map((one) => one.localName));
  const kept = names(after);
  return [...names(before)].filter((name) => !kept.has(name) && !plain.has(name)).sort();
}

function takeFootnotes(body: HTMLElement): void {
  const texts = new Map<string, string>();
  for (const item of body.querySelectorAll<HTMLElement>(`ol.note > li[id^="${NOTE}"]`)) {
    item.querySelector(`a[href^="#${MARK}"]`)?.remove();
    texts.set(item.id, (item.textContent ?? "").trim());
  }
  if (!texts.size) return;
  for (const link of body.querySelectorAll<HTMLAnchorElement>(`sup > a[href^="#${NOTE}"]`)) {
    const text = texts.get((link.getAttribute("href") ?? "").slice(1));
    const note = body.ownerDocument.createElement("span");
    note.dataset["footnote"] = text ?? "";
    link.parentElement?.replaceWith(note);
  }
  body.querySelectorAll("ol.note").forEach((list) => {
    if (list.querySelector(`li[id^="${NOTE}"]`)) list.remove();
  });
}

function writeFootnotes(holder: HTMLElement): void {
  const notes = [...holder.querySelectorAll<HTMLElement>("span[data-footnote]")];
  if (!notes.length) return;
  const make = (name: string, attributes: Record<string, string>, text = "") => {
    const made = holder.ownerDocument.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.textContent = text;
    return made;
  };
  const list = make("ol", { class: "note" });
  notes.forEach((note, index) => {
    const number = index + 1;
    const mark = make("sup", { id: `${MARK}${number}` });
    mark.append(make("a", { href: `#${NOTE}${number}` }, `[${number}]`));
    const item = make("li", { id: `${NOTE}${number}` }, `${note.dataset["footnote"] ?? ""} `);
    item.append(make("a", { href: `#${MARK}${number}`, title: "返回正文" }, "↩"));
    list.append(item);
    note.replaceWith(mark);
  });
  holder.append(list);
}

/** A table's caption has no place in the document's tables: it becomes a centred line above. */
export function liftCaptions(body: HTMLElement): void {
  for (const caption of body.querySelectorAll("table > caption")) {
    const line = body.ownerDocument.createElement("p");
    line.className = "align-center";
    line.append(...caption.childNodes);
    caption.parentElement?.before(line);
    caption.remove();
  }
}
