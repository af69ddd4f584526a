// Every <textarea data-editor> becomes an editor; also those that arrive later.
import { Editing } from "./editor/editing";

const begun = new WeakSet<HTMLTextAreaElement>();

function begin(): void {
  for (const field of document.querySelectorAll<HTMLTextAreaElement>("textarea[data-editor]")) {
    if (begun.has(field)) continue;
    begun.add(field);
    new Editing(field);
  }
}

begin();
document.addEventListener("htmx:load", begin);
