/** 长者模式 and the 无障碍 bar: size, contrast, links, reading guide, reading aloud. */
import { all, announce, button } from "./elements";
import { applyPreferences, prefer, preference, type Preference } from "./preferences";
import { canSpeak, speak, stopSpeaking } from "./speech";

const root = document.documentElement;

/** The link to #rs-elder works alone; with scripts the choice is kept for the next page. */
export function connectElderMode(): void {
  if (location.hash === "#rs-elder") prefer("elder", "1");
  applyPreferences(root);
  for (const [selector, value, said] of [
    [".elder-on", "1", "已进入长者模式"],
    [".elder-off", "", "已退出长者模式"],
  ] as const) {
    for (const link of all(selector)) {
      link.addEventListener("click", (event) => {
        event.preventDefault();
        prefer("elder", value);
        if (!value && location.hash) location.hash = "";
        applyPreferences(root);
        announce(said);
      });
    }
  }
}

let guide: HTMLElement | null = null;

function moveGuide(event: PointerEvent): void {
  // The CSS object model is not an inline style to the content security policy.
  if (guide) guide.style.top = `${event.clientY + 14}px`;
}

function setGuide(isOn: boolean): void {
  guide?.remove();
  guide = null;
  document.removeEventListener("pointermove", moveGuide);
  if (!isOn) return;
  guide = document.createElement("div");
  guide.className = "reading-guide";
  document.body.append(guide);
  document.addEventListener("pointermove", moveGuide);
}

function toggle(text: string, name: Preference, onChange: (isOn: boolean) => void): HTMLButtonElement {
  const made = button(text, () => {
    const isOn = made.getAttribute("aria-pressed") !== "true";
    prefer(name, isOn ? "1" : "");
    made.setAttribute("aria-pressed", String(isOn));
    onChange(isOn);
  });
  made.setAttribute("aria-pressed", String(preference(name) === "1"));
  return made;
}

function zoom(step: number): void {
  const now = Number(preference("zoom") || "0");
  const next = Math.min(3, Math.max(0, now + step));
  prefer("zoom", next ? String(next) : "");
  applyPreferences(root);
  announce(["标准字号", "字号一级放大", "字号二级放大", "字号三级放大"][next] ?? "");
}

/** A button that reads `text()` aloud and stops when pressed again. */
export function readAloudButton(made: HTMLButtonElement, text: () => string): void {
  made.setAttribute("aria-pressed", "false");
  made.addEventListener("click", () => {
    const isReading = made.getAttribute("aria-pressed") === "true";
    made.setAttribute("aria-pressed", String(!isReading));
    if (isReading) stopSpeaking();
    else speak(text(), () => made.setAttribute("aria-pressed", "false"));
  });
  addEventListener("pagehide", stopSpeaking);
}

function bar(close: () => void): HTMLElement {
  const made = document.createElement("section");
  made.className = "assistance";
  made.id = "rs-assistance";
  made.setAttribute("aria-label", "无障碍工具");
  made.append(
    button("放大", () => zoom(1)),
    button("缩小", () => zoom(-1)),
    toggle("高对比", "contrast", () => applyPreferences(root)),
    toggle("链接下划线", "underline", () => applyPreferences(root)),
    toggle("阅读辅助线", "guide", setGuide),
  );
  if (canSpeak) {
    const read = button("朗读本页", () => undefined);
    readAloudButton(read, () => document.querySelector("main")?.innerText ?? "");
    made.append(read);
  }
  made.append(button("关闭", close));
  return made;
}

export function connectAssistance(): void {
  setGuide(preference("guide") === "1");
  for (const opener of all<HTMLButtonElement>("[data-action='assistance']")) {
    opener.setAttribute("aria-expanded", "false");
    opener.addEventListener("click", () => {
      const open = document.getElementById("rs-assistance");
      opener.setAttribute("aria-expanded", String(!open));
      if (open) return open.remove();
      const made = bar(() => {
        made.remove();
        opener.setAttribute("aria-expanded", "false");
        opener.focus();
      });
      document.querySelector("header")?.before(made);
      made.querySelector("button")?.focus();
    });
  }
}
