// "在网页中选取": the next press in the saved page puts that block's text into the field it was asked for.
const LONGEST = 200;

function frameDocument(): Document | null {
  return document.querySelector<HTMLIFrameElement>("[data-saved-page]")?.contentDocument ?? null;
}

function hint(text: string): void {
  const place = document.querySelector<HTMLElement>("[data-pick-hint]");
  if (!place) return;
  place.textContent = text;
  place.hidden = !text;
}

let wanted: HTMLElement | null = null;

function stopPicking(): void {
  wanted = null;
  hint("");
  frameDocument()?.body.classList.remove("picking");
}

function textOf(block: Element): string {
  return (block.textContent ?? "").replace(/\s+/g, " ").trim();
}

// 来源：示范日报 → 示范日报; the date is cut out of whatever stands around it.
function valueOf(name: string, text: string): string {
  if (name === "published_at") {
    const found = /(\d{4})\D{1,3}(\d{1,2})\D{1,3}(\d{1,2})(?:\D{1,6}(\d{1,2}):(\d{2}))?/.exec(text);
    if (!found) return text.slice(0, 16);
    const [, year, month, day, hour, minute] = found;
    const date = `${year}-${month!.padStart(2, "0")}-${day!.padStart(2, "0")}`;
    return hour ? `${date} ${hour.padStart(2, "0")}:${minute}` : date;
  }
  const bare = name === "title" || name === "subtitle" ? text : text.replace(/^[^：:]{1,8}[：:]\s*/, "");
  return bare.slice(0, LONGEST);
}

function take(block: Element): void {
  if (!wanted) return;
  const name = wanted.dataset.pick!;
  const form = document.querySelector<HTMLFormElement>("[data-correction]")!;
  const number = block.getAttribute("data-n") ?? "";
  form.querySelector<HTMLInputElement>(`[name="${name}_block"]`)!.value = number;
  if (name === "body") {
    const text = textOf(block);
    form.querySelector("[data-picked-body]")!.textContent = `已选取 ${text.length} 字：${text.slice(0, 40)}…`;
  } else {
    const field = form.querySelector<HTMLInputElement>(`[name="${name}"]`)!;
    field.value = valueOf(name, textOf(block));
    field.focus();
  }
  stopPicking();
}

function listen(): void {
  const shown = frameDocument();
  if (!shown || shown.documentElement.dataset.listening) return;
  shown.documentElement.dataset.listening = "yes";
  shown.addEventListener("click", (event) => {
    event.preventDefault();
    const block = (event.target as Element).closest("[data-n]");
    if (block) take(block);
  });
  shown.addEventListener("keydown", (event) => {
    if (event.key === "Escape") stopPicking();
  });
}

document.addEventListener("click", (event) => {
  const button = (event.target as Element).closest<HTMLElement>("[data-pick]");
  if (!button) return;
  wanted = button;
  listen();
  frameDocument()?.body.classList.add("picking");
  hint(`请在网页中点选“${button.dataset.pickName}”所在的文字；按 Esc 取消。也可以直接在右侧填写。`);
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") stopPicking();
});

// A value typed by hand no longer comes from the block that was pointed at.
document.addEventListener("input", (event) => {
  const field = event.target as HTMLInputElement;
  const block = field.form?.querySelector<HTMLInputElement>(`[name="${field.name}_block"]`);
  if (block) block.value = "";
});

function start(): void {
  document.querySelectorAll<HTMLElement>("[data-pick]").forEach((button) => (button.hidden = false));
}

document.addEventListener("htmx:load", start);
start();
