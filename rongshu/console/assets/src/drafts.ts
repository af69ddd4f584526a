// Forms with data-autosave post themselves shortly after each change; all forms with data-guard warn before leaving.
import { askToSignIn } from "./session";

const PAUSE = 1500;
const LONGEST = 60_000;
const waiting = new WeakMap<HTMLFormElement, number>();
const saving = new WeakMap<HTMLFormElement, Promise<void>>();
/** Each form's last change that is not saved: while one is on its way the next may have come. */
const unsaved = new Map<HTMLFormElement, number>();
let changes = 0;
let isFollowing = false;

function say(form: HTMLFormElement, words: string, isWrong = false): void {
  const place = form.querySelector<HTMLElement>("[data-saved]") ?? document.querySelector<HTMLElement>("[data-saved]");
  if (!place) return;
  place.textContent = words;
  place.classList.toggle("text-danger", isWrong);
}

function timeNow(): string {
  return new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" });
}

/** Save once the saving before has ended: an older text must not arrive after a newer one. */
function save(form: HTMLFormElement): Promise<void> {
  clearTimeout(waiting.get(form));
  const turn = (saving.get(form) ?? Promise.resolve()).then(() => post(form));
  saving.set(form, turn);
  return turn;
}

/** Post the form to its data-autosave address. The answer may set `HX-Trigger: rongshu:saved`. */
async function post(form: HTMLFormElement): Promise<void> {
  if (!unsaved.has(form) || !form.isConnected) return;
  say(form, "正在保存…");
  const body = new FormData(form);
  const asOf = unsaved.get(form);
  try {
    const headers = { "HX-Request": "true", "X-Autosave": "1" };
    const signal = AbortSignal.timeout(LONGEST);
    const answer = await fetch(form.dataset.autosave ?? "", { method: "POST", body, headers, signal });
    if (answer.status === 401 || answer.redirected) return expired(form);
    if (!answer.ok) return say(form, (await answer.text()).slice(0, 200) || "没有保存成功", true);
    const isAll = unsaved.get(form) === asOf;
    if (isAll) unsaved.delete(form);
    say(form, isAll ? `已保存 ${timeNow()}` : "有未保存的修改");
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

function mark(form: HTMLFormElement): void {
  changes += 1;
  unsaved.set(form, changes);
}

function changed(event: Event): void {
  const form = (event.target as Element).closest<HTMLFormElement>("form[data-autosave], form[data-guard]");
  if (!form) return;
  mark(form);
  if (form.dataset.autosave !== undefined) {
    say(form, "有未保存的修改");
    schedule(form);
  }
}

function isAtStake(): boolean {
  for (const form of unsaved.keys()) if (!form.isConnected) unsaved.delete(form);
  return unsaved.size > 0;
}

function savable(): HTMLFormElement[] {
  return [...unsaved.keys()].filter((form) => form.isConnected && form.dataset.autosave !== undefined);
}

function leadsAway(link: HTMLAnchorElement, event: MouseEvent): boolean {
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return false;
  if (link.target || link.hasAttribute("download") || link.origin !== location.origin) return false;
  return !(link.hash && link.pathname === location.pathname && link.search === location.search);
}

/** Save before a link leads away: nobody is asked about the last second's text. What can't be saved is asked about. */
async function saveFirst(event: MouseEvent): Promise<void> {
  const link = (event.target as Element).closest<HTMLAnchorElement>("a[href]");
  if (isFollowing || !link || !leadsAway(link, event)) return;
  const forms = savable();
  if (!forms.length) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  await Promise.all(forms.map(save));
  isFollowing = true;
  link.click();
  isFollowing = false;
}

const QUESTION = "本页有还没有保存的内容，确定要离开吗？";

export function startDrafts(): void {
  document.addEventListener("input", changed);
  document.addEventListener("change", changed);
  document.addEventListener("click", (event) => void saveFirst(event), true);
  const saveAll = () => savable().forEach((form) => void save(form));
  // A telephone may end a page that was put away without another word.
  document.addEventListener("visibilitychange", () => { if (document.hidden) saveAll(); });
  document.addEventListener("rongshu:signed-in", saveAll);
  addEventListener("online", saveAll);
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
    part.querySelectorAll<HTMLFormElement>("form[data-refused]").forEach(mark);
  });
}
