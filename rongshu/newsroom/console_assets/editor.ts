// Every <textarea data-editor> becomes an editor; also those that arrive later.
import { offerPicture, startDrafting, startFocal } from "./editor/drafting";
import { Editing } from "./editor/editing";

const begun = new WeakSet<Element>();

function each<Kind extends Element>(selector: string, deed: (found: Kind) => void): void {
  for (const found of document.querySelectorAll<Kind>(selector)) {
    if (begun.has(found)) continue;
    begun.add(found);
    deed(found);
  }
}

function begin(): void {
  each<HTMLTextAreaElement>("textarea[data-editor]", (field) => new Editing(field));
  each<HTMLFormElement>("form[data-lock]", startDrafting);
  each<HTMLElement>("[data-focal]", startFocal);
  each<HTMLFormElement>("form[data-autopost]", (form) => form.requestSubmit());
  each<HTMLFormElement>("form[data-asks]", (form) =>
    form.addEventListener("submit", (event) => { if (!confirm(form.dataset["asks"])) event.preventDefault(); }));
}

begin();
document.addEventListener("htmx:load", begin);
document.addEventListener("editor:stored", (event) => {
  const { digest, name, role } = (event as CustomEvent<{ digest: string; name: string; role: string }>).detail;
  if (role === "image") offerPicture(digest, name);
});
