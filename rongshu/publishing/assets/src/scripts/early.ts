/** Runs before the first paint, so that a page never flashes in the wrong size. */
import { applyPreferences } from "./preferences";

document.documentElement.classList.add("has-script");
applyPreferences(document.documentElement);
