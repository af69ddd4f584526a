// The page around the editor: edit lock, revisions, files, pickers. Keeping itself is the console's autosave.
import { chooseResource, resourceAt } from "./dialogs";
import { csrfToken, element } from "./elements";

const BEAT = 25_000;

export function startDrafting(form: HTMLFormElement): void {
  form.addEventListener("rongshu:saved", (event) => {
    const answer = (event as CustomEvent<Response>).detail;
    const revision = answer.headers.get("X-Revision");
    const field = form.querySelector<HTMLInputElement>("input[name=revision]");
    if (revision && field) field.value = revision;
  });
  if (form.dataset["lock"]) holdLock(form, form.dataset["lock"]);
  form.addEventListener("click", (event) => void pressed(form, event));
  form.addEventListener("htmx:afterSwap", (event) => settled(event.target as HTMLElement));
  form.querySelectorAll<HTMLElement>("[data-picked]").forEach((place) => void tellPicked(form, place));
}

interface Lock {
  is_mine: boolean;
  holder: string;
  since: string;
}

function lockBody(form: HTMLFormElement, wish: string): FormData {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", csrfToken());
  body.set("writer", form.querySelector<HTMLInputElement>("input[name=writer]")?.value ?? "");
  body.set("lock", wish);
  return body;
}

function holdLock(form: HTMLFormElement, address: string): void {
  const banner = document.querySelector<HTMLElement>("[data-lock-banner]");
  const tell = async (wish: string) => {
    const answer = await fetch(address, { method: "POST", body: lockBody(form, wish), headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok || answer.redirected || !banner) return;
    const lock = (await answer.json()) as Lock;
    banner.hidden = lock.is_mine;
    const words = (selector: string, text: string) => { const place = banner.querySelector(selector); if (place) place.textContent = text; };
    words("[data-lock-holder]", lock.holder);
    words("[data-lock-since]", lock.since);
  };
  banner?.querySelector("[data-take-over]")?.addEventListener("click", () => void tell("take-over"));
  void tell("hold");
  const beating = window.setInterval(() => {
    if (form.isConnected) void tell("hold");
    else clearInterval(beating);
  }, BEAT);
  addEventListener("pagehide", () => { if (form.isConnected) navigator.sendBeacon(address, lockBody(form, "release")); });
}

async function pressed(form: HTMLFormElement, event: Event): Promise<void> {
  const target = event.target as Element;
  const picker = target.closest<HTMLElement>("[data-pick]");
  if (picker) await pick(form, picker);
  const deed = target.closest<HTMLElement>("[data-file-deed]");
  if (deed) await changeFile(deed);
  const adder = target.closest<HTMLElement>("[data-adds-row]");
  if (adder) countRows(adder);
}

async function pick(form: HTMLFormElement, button: HTMLElement): Promise<void> {
  const field = document.getElementById(button.dataset["pick"] ?? "");
  const narrowed = "pickDocuments" in button.dataset ? { documents: "1" } : undefined;
  const found = await chooseResource(form.dataset["resources"] ?? "", "选择资源库内容", "选用", narrowed);
  if (!found || !(field instanceof HTMLInputElement)) return;
  field.value = found.id;
  field.dispatchEvent(new Event("change", { bubbles: true }));
  const place = form.querySelector(`[data-picked="${field.id}"]`);
  if (place) place.textContent = `《${found.title}》`;
}

/** Beside an identifier that nobody can read stands what it names. */
async function tellPicked(form: HTMLFormElement, place: HTMLElement): Promise<void> {
  const field = document.getElementById(place.dataset["picked"] ?? "");
  if (!(field instanceof HTMLInputElement)) return;
  const tell = async () => {
    const id = field.value.trim();
    const found = id ? await resourceAt(form.dataset["resources"] ?? "", id) : null;
    if (id === field.value.trim()) place.textContent = found ? `《${found.title}》` : "";
  };
  field.addEventListener("change", () => void tell());
  await tell();
}

function toast(text: string): void {
  document.dispatchEvent(new CustomEvent("rongshu:toast", { detail: { text, tone: "danger" } }));
}

async function changeFile(button: HTMLElement): Promise<void> {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", csrfToken());
  body.set("wish", button.dataset["wish"] ?? "");
  button.closest("li")?.querySelectorAll<HTMLInputElement>("[data-file-field]").forEach((field) => {
    body.set(field.dataset["fileField"] ?? "", field.value);
  });
  const answer = await fetch(button.dataset["fileDeed"] ?? "", { method: "POST", body }).catch(() => null);
  if (!answer?.ok || answer.redirected) {
    toast(answer ? "没有改成：登录已过期，或文件已不在。请重新登录或刷新本页后再试。" : "没有连上服务器，文件没有改动；请检查网络后重试。");
    return;
  }
  const list = document.getElementById("draft-files");
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("draft-files");
  if (list && fresh) {
    list.replaceWith(fresh);
    (window as unknown as { htmx?: { process(part: Element): void } }).htmx?.process(fresh);
  }
}

/** The next empty row gets the next number. */
function countRows(button: HTMLElement): void {
  const address = new URL(button.getAttribute("hx-get") ?? "", location.href);
  address.searchParams.set("index", String(Number(address.searchParams.get("index")) + 1));
  // htmx reads the attribute when it asks, which is after this.
  setTimeout(() => button.setAttribute("hx-get", address.pathname + address.search));
}

/** A field whose check came back says whether it is wrong, also to a screen reader. */
function settled(place: HTMLElement): void {
  const control = place.dataset["wrongOf"] && document.getElementById(place.dataset["wrongOf"]);
  if (!control) return;
  const isWrong = Boolean(place.textContent?.trim());
  control.setAttribute("aria-invalid", String(isWrong));
  control.closest(".field")?.classList.toggle("wrong", isWrong);
}

export function offerPicture(digest: string, name: string): void {
  for (const list of document.querySelectorAll<HTMLSelectElement>("select[data-pictures]")) {
    list.append(element("option", { value: `attachment:${digest}` }, name));
  }
}

/** A press on the picture names its focal point; a mark shows where it is. */
export function startFocal(box: HTMLElement): void {
  const fields = ["focus-x", "focus-y"].map((id) => document.getElementById(id));
  const spot = element("span", { class: "focal-spot", "aria-hidden": "true" });
  box.append(spot);
  const place = () => {
    const [x, y] = fields.map((field) => (field instanceof HTMLInputElement ? Number(field.value) / 10 : 50));
    spot.style.setProperty("left", `${x}%`);
    spot.style.setProperty("top", `${y}%`);
  };
  const perMille = (share: number) => String(Math.round(Math.min(1, Math.max(0, share)) * 1000));
  box.addEventListener("click", (event) => {
    const edges = box.getBoundingClientRect();
    const shares = [(event.clientX - edges.left) / edges.width, (event.clientY - edges.top) / edges.height];
    fields.forEach((field, at) => { if (field instanceof HTMLInputElement) field.value = perMille(shares[at] ?? 0.5); });
    place();
  });
  fields.forEach((field) => field?.addEventListener("input", place));
  place();
}
