// The page around the editor: edit lock, revisions, files, pickers. Keeping itself is the console's autosave.
import { chooseResource } from "./dialogs";
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
  const found = await chooseResource(form.dataset["resources"] ?? "");
  if (!found || !(field instanceof HTMLInputElement)) return;
  field.value = found.id;
  field.title = found.title;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

async function changeFile(button: HTMLElement): Promise<void> {
  const body = new FormData();
  body.set("csrfmiddlewaretoken", csrfToken());
  body.set("wish", button.dataset["wish"] ?? "");
  button.closest("li")?.querySelectorAll<HTMLInputElement>("[data-file-field]").forEach((field) => {
    body.set(field.dataset["fileField"] ?? "", field.value);
  });
  const answer = await fetch(button.dataset["fileDeed"] ?? "", { method: "POST", body }).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
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

/** A press on the picture names its focal point. */
export function startFocal(box: HTMLElement): void {
  box.addEventListener("click", (event) => {
    const edges = box.getBoundingClientRect();
    const set = (id: string, share: number) => {
      const field = document.getElementById(id);
      if (field instanceof HTMLInputElement) field.value = String(Math.round(Math.min(1, Math.max(0, share)) * 1000));
    };
    set("focus-x", (event.clientX - edges.left) / edges.width);
    set("focus-y", (event.clientY - edges.top) / edges.height);
  });
}
