// Forms with data-autosave post themselves shortly after each change; all forms with data-guard warn before leaving.
import { askToSignIn } from "./session";

const PAUSE = 1500;
const waiting = new WeakMap<HTMLFormElement, number>();
const unsaved = new Set<HTMLFormElement>();

function say(form: HTMLFormElement, words: string, isWrong = false): void {
  const place = form.querySelector<HTMLElement>("[data-saved]") ?? document.querySelector<HTMLElement>("[data-saved]");
  if (!place) return;
  place.textContent = words;
  place.classList.toggle("text-danger", isWrong);
}

function timeNow(): string {
  return new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" });
}

/** Post the form to its data-autosave address. The answer may set `HX-Trigger: rongshu:saved`. */
export async function save(form: HTMLFormElement): Promise<void> {
  say(form, "正在保存…");
  const body = new FormData(form);
  try {
    const headers = { "HX-Request": "true", "X-Autosave": "1" };
    const answer = await fetch(form.dataset.autosave ?? "", { method: "POST", body, headers });
    if (answer.status === 401 || answer.redirected) return expired(form);
    if (!answer.ok) return say(form, (await answer.text()).slice(0, 200) || "没有保存成功", true);
    unsaved.delete(form);
    say(form, `已保存 ${timeNow()}`);
    form.dispatchEvent(new CustomEvent("rongshu:saved", { bubbles: true, detail: answer }));
  } catch {
    say(form, "网络中断，内容还在本页，恢复后自动保存", true);
    schedule(form, 10 * PAUSE);
  }
}

function expired(form: HTMLFormElement): void {
  say(form, "登录已过期，内容还在本页", true);
  askToSignIn();
}

function schedule(form: HTMLFormElement, pause = PAUSE): void {
  clearTimeout(waiting.get(form));
  waiting.set(form, window.setTimeout(() => void save(form), pause));
}

function changed(event: Event): void {
  const form = (event.target as Element).closest<HTMLFormElement>("form[data-autosave], form[data-guard]");
  if (!form) return;
  unsaved.add(form);
  if (form.dataset.autosave !== undefined) {
    say(form, "有未保存的修改");
    schedule(form);
  }
}

function isAtStake(): boolean {
  for (const form of unsaved) if (!form.isConnected) unsaved.delete(form);
  return unsaved.size > 0;
}

const QUESTION = "本页有还没有保存的内容，确定要离开吗？";

export function startDrafts(): void {
  document.addEventListener("input", changed);
  document.addEventListener("change", changed);
  document.addEventListener("submit", (event) => {
    const form = event.target as HTMLFormElement;
    clearTimeout(waiting.get(form));
    unsaved.delete(form);
  });
  addEventListener("beforeunload", (event) => {
    if (isAtStake()) event.preventDefault();
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const detail = (event as CustomEvent).detail;
    const leaves = detail.boosted && (detail.elt as Element).tagName === "A";
    if (leaves && isAtStake()) {
      if (confirm(QUESTION)) unsaved.clear();
      else event.preventDefault();
    }
  });
  // A refused form comes back with what was typed: it is unsaved still.
  document.addEventListener("htmx:load", (event) => {
    const part = event.target as Element;
    part.querySelectorAll<HTMLFormElement>("form[data-refused]").forEach((form) => unsaved.add(form));
  });
}
