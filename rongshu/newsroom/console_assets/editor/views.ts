// How pictures, media and footnotes look while writing; what is stored stays a reference.
import type { Node } from "prosemirror-model";
import type { NodeView } from "prosemirror-view";
import { element } from "./elements";

export function shownAddress(source: string, files: string): string {
  return source.startsWith("attachment:") ? files.replace("DIGEST", source.slice("attachment:".length)) : source;
}

function atom(dom: HTMLElement): NodeView {
  return { dom, ignoreMutation: () => true, stopEvent: () => false };
}

export function nodeViews(files: string, edit: (node: Node, position: number) => void) {
  const editable = (dom: HTMLElement, node: Node, position: () => number | undefined) => {
    dom.addEventListener("dblclick", () => { const at = position(); if (at !== undefined) edit(node, at); });
    return atom(dom);
  };
  const picture = (node: Node) => {
    const { src, alt, width } = node.attrs as Record<string, string>;
    const image = element("img", { src: shownAddress(src ?? "", files), alt: alt || "缺少替代文字", width: width || undefined });
    if (!alt) image.classList.add("lacks-alt");
    return image;
  };
  return {
    image: (node: Node, _: unknown, position: () => number | undefined) => editable(picture(node), node, position),
    figure: (node: Node, _: unknown, position: () => number | undefined) => {
      const box = element("figure", {}, picture(node));
      if (node.attrs["caption"]) box.append(element("figcaption", {}, String(node.attrs["caption"])));
      if (!node.attrs["alt"]) box.append(element("p", { class: "alt-missing" }, "这张图片还没有替代文字，双击或选中后按回车补上。"));
      return editable(box, node, position);
    },
    medium: (node: Node, _: unknown, position: () => number | undefined) => {
      const kind = node.attrs["kind"] === "audio" ? "audio" : "video";
      const player = element(kind, { src: shownAddress(String(node.attrs["src"]), files), controls: true, preload: "metadata" });
      return editable(element("div", { class: "editor-medium" }, player), node, position);
    },
    footnote: (node: Node, _: unknown, position: () => number | undefined) => {
      const text = String(node.attrs["text"]);
      return editable(element("sup", { class: "editor-footnote", title: `${text}（双击或选中后按回车修改）` }, "注"), node, position);
    },
  };
}
