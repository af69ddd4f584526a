// What was typed survives an expired session and a lost network: nothing is swapped away.
import htmx from "htmx.org";
import { toast } from "./toasts";

function signInAddress(): string {
  return document.body.dataset.signIn ?? "";
}

function hasExpired(xhr: XMLHttpRequest): boolean {
  if (xhr.status === 401) return true;
  const signIn = signInAddress();
  return signIn !== "" && xhr.responseURL !== "" && new URL(xhr.responseURL).pathname.startsWith(signIn);
}

async function renewToken(): Promise<boolean> {
  const answer = await fetch("/-/token", { headers: { "HX-Request": "true" }, redirect: "manual" });
  if (!answer.ok) return false;
  const { token } = (await answer.json()) as { token: string };
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": token }));
  for (const input of document.querySelectorAll<HTMLInputElement>("input[name=csrfmiddlewaretoken]")) {
    input.value = token;
  }
  return true;
}

export function askToSignIn(): void {
  const dialog = document.querySelector<HTMLDialogElement>("#session-expired");
  if (dialog && !dialog.open) dialog.showModal();
}

function watchNetwork(): void {
  const tell = () => {
    const notice = document.querySelector<HTMLElement>("[data-offline]");
    if (notice) notice.hidden = navigator.onLine;
  };
  addEventListener("online", tell);
  addEventListener("offline", tell);
  document.addEventListener("htmx:load", tell);
  tell();
}

export function startSession(): void {
  // Before the load is looked at: the answer's HX-Redirect would leave the page and what was typed.
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (document.body.dataset.bare === undefined && hasExpired((event as CustomEvent).detail.xhr)) {
      event.preventDefault();
      askToSignIn();
    }
  });
  document.addEventListener("click", async (event) => {
    const button = (event.target as Element).closest("[data-session-renewed]");
    if (!button) return;
    if (await renewToken()) {
      document.querySelector<HTMLDialogElement>("#session-expired")?.close();
      toast("已重新登录，可以继续；刚才没有提交的内容都还在。", "success");
      document.dispatchEvent(new CustomEvent("rongshu:signed-in"));
    } else {
      const still = document.querySelector<HTMLElement>("[data-still-expired]");
      if (still) still.hidden = false;
    }
  });
  htmx.config.historyCacheSize = 0; // pages hold what others must not find in this browser's storage
  watchNetwork();
}
