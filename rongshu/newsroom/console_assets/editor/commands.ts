// What the toolbar's buttons do to the document.
import { lift, setBlockType, toggleMark, wrapIn } from "prosemirror-commands";
import type { Attrs, MarkType, NodeType } from "prosemirror-model";
import { liftListItem, wrapInList } from "prosemirror-schema-list";
import { type Command, type EditorState, NodeSelection, TextSelection } from "prosemirror-state";
import { ALIGNMENTS, schema } from "./schema";

export const kinds = schema.nodes as Record<string, NodeType>;
export const styles = schema.marks as Record<string, MarkType>;

export function type(name: string): NodeType {
  const found = kinds[name];
  if (!found) throw new Error(`no node type ${name}`);
  return found;
}

export function mark(name: string): MarkType {
  const found = styles[name];
  if (!found) throw new Error(`no mark type ${name}`);
  return found;
}

export function hasMark(state: EditorState, name: string): boolean {
  const { from, to, $from, empty } = state.selection;
  if (empty) return Boolean(mark(name).isInSet(state.storedMarks ?? $from.marks()));
  return state.doc.rangeHasMark(from, to, mark(name));
}

export const toggle = (name: string): Command => toggleMark(mark(name));

function isInside(state: EditorState, name: string): boolean {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth -= 1) if ($from.node(depth).type.name === name) return true;
  return false;
}

export const inside = isInside;

export function blockKind(state: EditorState): string {
  const { parent } = state.selection.$from;
  return parent.type.name === "heading" ? `h${parent.attrs["level"]}` : "p";
}

export function setKind(kind: string): Command {
  return kind === "p" ? setBlockType(type("paragraph")) : setBlockType(type("heading"), { level: Number(kind.slice(1)) });
}

export function toggleList(name: string): Command {
  return (state, dispatch, view) =>
    isInside(state, name) ? liftListItem(type("list_item"))(state, dispatch, view) : wrapInList(type(name))(state, dispatch, view);
}

export const toggleQuote: Command = (state, dispatch, view) =>
  isInside(state, "blockquote") ? lift(state, dispatch, view) : wrapIn(type("blockquote"))(state, dispatch, view);

/** Set or take away a class of the paragraphs in the selection; of a group of classes one at a time. */
export function toggleClass(name: string): Command {
  const group = ALIGNMENTS.includes(name) ? ALIGNMENTS : [name];
  return (state, dispatch) => {
    const { from, to } = state.selection;
    const tr = state.tr;
    state.doc.nodesBetween(from, to, (node, position) => {
      if (!node.isTextblock || node.attrs["classes"] === undefined) return;
      const before = String(node.attrs["classes"]).split(" ").filter(Boolean);
      const after = before.filter((one) => !group.includes(one));
      if (!before.includes(name)) after.push(name);
      tr.setNodeMarkup(position, undefined, { ...node.attrs, classes: after.sort().join(" ") });
    });
    if (!tr.docChanged) return false;
    dispatch?.(tr.scrollIntoView());
    return true;
  };
}

export function hasClass(state: EditorState, name: string): boolean {
  return String(state.selection.$from.parent.attrs["classes"] ?? "").split(" ").includes(name);
}

export function insertNode(name: string, attrs: Attrs): Command {
  return (state, dispatch) => {
    dispatch?.(state.tr.replaceSelectionWith(type(name).create(attrs), false).scrollIntoView());
    return true;
  };
}

/** Put a block into the text and the cursor behind it, where writing goes on: a block left selected would be
 * replaced by the next letter, or by the next picture. */
export function insertBlock(name: string, attrs: Attrs): Command {
  return (state, dispatch) => {
    if (!dispatch) return true;
    const { selection, tr } = state;
    if (selection instanceof NodeSelection && selection.node.isBlock) tr.insert(selection.to, type(name).create(attrs));
    else tr.replaceSelectionWith(type(name).create(attrs), false);
    let end = tr.selection.to;
    tr.mapping.maps.at(-1)?.forEach((_from, _to, _start, newEnd) => { end = newEnd; });
    const behind = tr.doc.resolve(end);
    if (!behind.parent.isTextblock && (behind.nodeAfter?.isAtom ?? true)) tr.insert(end, type("paragraph").create());
    dispatch(tr.setSelection(TextSelection.near(tr.doc.resolve(end), 1)).scrollIntoView());
    return true;
  };
}

export function insertTable(rows: number, columns: number, hasHead: boolean): Command {
  return (state, dispatch) => {
    const cell = (name: string, attrs?: Attrs) => type(name).createAndFill(attrs ?? null);
    const row = (name: string, attrs?: Attrs) =>
      type("table_row").create(null, Array.from({ length: columns }, () => cell(name, attrs)).filter((one) => one !== null));
    const table = type("table").create(null, Array.from({ length: rows }, (_, index) =>
      hasHead && index === 0 ? row("table_header", { scope: "col" }) : row("table_cell")));
    if (!dispatch) return true;
    const at = state.selection.from;
    const tr = state.tr.replaceSelectionWith(table);
    const first = tr.doc.resolve(Math.min(tr.mapping.map(at, -1) + 4, tr.doc.content.size));
    dispatch(tr.setSelection(TextSelection.near(first)).scrollIntoView());
    return true;
  };
}

/** Link the selection, or insert the label as a link where nothing is selected. */
export function setLink(href: string, label: string): Command {
  return (state, dispatch) => {
    const { from, to, empty } = state.selection;
    const link = mark("link").create({ href });
    const tr = empty ? state.tr.replaceSelectionWith(schema.text(label || href, [link]), false) : state.tr.addMark(from, to, link);
    dispatch?.(tr.scrollIntoView());
    return true;
  };
}
