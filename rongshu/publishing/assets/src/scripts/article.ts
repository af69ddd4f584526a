/** Tools of an article: font size, print, share, read aloud. */
import { readAloudButton } from "./assistance";
import { all, announce } from "./elements";
import { applyPreferences, prefer, preference } from "./preferences";
import { canSpeak } from "./speech";

function markSize(): void {
  const size = preference("text") || "medium";
  for (const other of all("[data-text-size]")) {
    other.setAttribute("aria-pressed", String(other.dataset.textSize === size));
  }
}

function connectSizes(): void {
  for (const choice of all("[data-text-size]")) {
    choice.addEventListener("click", () => {
      const size = choice.dataset.textSize ?? "";
      prefer("text", size === "medium" ? "" : size);
      applyPreferences(document.documentElement);
      markSize();
    });
  }
  markSize();
}

async function share(): Promise<void> {
  const url = document.querySelector<HTMLLinkElement>("link[rel=canonical]")?.href ?? location.href;
  if (navigator.share) {
    await navigator.share({ title: document.title, url }).catch(() => undefined);
    return;
  }
  try {
    await navigator.clipboard.writeText(`${document.title} ${url}`);
    announce("链接已复制");
    const [pressed] = all("[data-action='share']");
    const label = pressed?.querySelector("span");
    if (label) label.textContent = "链接已复制";
  } catch {
    prompt("请复制本页地址：", url);
  }
}

export function connectArticle(): void {
  connectSizes();
  for (const print of all("[data-action='print']")) print.addEventListener("click", () => window.print());
  for (const each of all("[data-action='share']")) each.addEventListener("click", () => void share());
  for (const read of all<HTMLButtonElement>("[data-action='read']")) {
    if (!canSpeak) read.remove();
    else
      readAloudButton(read, () => {
        const title = document.querySelector("h1")?.textContent ?? "";
        return `${title}。\n${document.querySelector<HTMLElement>(".prose")?.innerText ?? ""}`;
      });
  }
}
