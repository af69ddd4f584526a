// Short messages in a live region. `rongshu:toast` events and HX-Trigger headers of that name show one.
export type Tone = "success" | "info" | "warning" | "danger";

const SECONDS = 8;

export function toast(text: string, tone: Tone = "info"): void {
  const region = document.querySelector("[data-toasts]");
  if (!region || !text) return;
  const box = document.createElement("div");
  box.className = `notice notice-${tone}`;
  const words = document.createElement("p");
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn-close";
  close.ariaLabel = "关闭提示";
  close.addEventListener("click", () => box.remove());
  box.append(words, close);
  region.append(box);
  // What is wrong stays until it is read; the rest goes unless somebody points at it.
  if (tone === "danger" || tone === "warning") return;
  let left = SECONDS;
  const timer = setInterval(() => {
    if (!box.matches(":hover, :focus-within")) left -= 1;
    if (left <= 0) {
      clearInterval(timer);
      box.remove();
    }
  }, 1000);
}

export function startToasts(): void {
  document.addEventListener("rongshu:toast", (event) => {
    const { text, tone } = (event as CustomEvent<{ text: string; tone?: Tone }>).detail;
    toast(text, tone);
  });
  document.addEventListener("htmx:sendError", () =>
    toast("没有连上服务器，刚才的操作没有提交；请检查网络后重试。", "danger"),
  );
}
