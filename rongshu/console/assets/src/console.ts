// The console's behaviour. Everything works without it as plain links and posts.
import htmx from "htmx.org";
import { startDialogs } from "./dialogs";
import { startDrafts } from "./drafts";
import { startDrawer } from "./drawer";
import { startKeys } from "./keys";
import { startLists } from "./lists";
import { startMoments } from "./moments";
import { startSession } from "./session";
import { startToasts } from "./toasts";

declare global {
  interface Window {
    htmx: typeof htmx;
  }
}

window.htmx = htmx;
startSession();
startToasts();
startDialogs();
startDrawer();
startKeys();
startLists();
startDrafts();
startMoments();

// A boosted page change moves the focus as a new page would: to the summary of errors, else to the content.
document.addEventListener("htmx:afterSettle", (event) => {
  if ((event as CustomEvent).detail.boosted !== true) return;
  // htmx keeps the focus on what bears the same id; a person may have gone on already.
  if (document.activeElement && document.activeElement !== document.body) return;
  const place = document.querySelector<HTMLElement>("[data-error-summary]") ?? document.getElementById("main");
  place?.focus({ preventScroll: place.id === "main" });
});
