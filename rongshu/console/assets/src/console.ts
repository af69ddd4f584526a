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
