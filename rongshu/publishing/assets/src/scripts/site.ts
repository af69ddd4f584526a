/** Everything here adds to a page that already works: remove the script and nothing is lost but comfort. */
import { connectArticle } from "./article";
import { connectAssistance, connectElderMode } from "./assistance";
import { startCarousel } from "./carousel";
import { all } from "./elements";
import { prefer, preference } from "./preferences";
import { makeTabs } from "./tabs";

async function setTraditional(isOn: boolean, control: HTMLElement): Promise<void> {
  const { toSimplified, toTraditional } = await import("./traditional");
  if (isOn) toTraditional();
  else toSimplified();
  control.setAttribute("aria-pressed", String(isOn));
  control.textContent = isOn ? "简体" : "繁體";
}

function connectTraditional(): void {
  const [control] = all<HTMLButtonElement>("[data-action='traditional']");
  if (!control) return;
  control.addEventListener("click", () => {
    const isOn = control.getAttribute("aria-pressed") !== "true";
    prefer("traditional", isOn ? "1" : "");
    void setTraditional(isOn, control);
  });
  if (preference("traditional") === "1") void setTraditional(true, control);
}

/** Suggestions are fetched when somebody first puts the cursor into a search box. */
function connectSuggestions(): void {
  for (const input of all<HTMLInputElement>("input[data-suggest]")) {
    const begin = (): void => void import("./suggestions").then(({ suggestFor }) => suggestFor(input));
    if (document.activeElement === input) begin();
    else input.addEventListener("focus", begin, { once: true });
  }
}

for (const control of all("[data-needs-script]")) control.hidden = false;
connectElderMode();
connectAssistance();
connectArticle();
all(".tabs").forEach(makeTabs);
all(".carousel").forEach(startCarousel);
connectTraditional();
connectSuggestions();
