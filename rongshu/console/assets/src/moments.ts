// Times in the reader's words: "3 分钟前", the exact one stays in the title.
const STEPS: [number, Intl.RelativeTimeFormatUnit][] = [
  [60, "second"],
  [3600, "minute"],
  [86400, "hour"],
  [604800, "day"],
];
const words = new Intl.RelativeTimeFormat("zh-CN", { numeric: "auto" });

function tell(element: HTMLTimeElement): void {
  const seconds = (new Date(element.dateTime).getTime() - Date.now()) / 1000;
  const size = Math.abs(seconds);
  const place = STEPS.findIndex(([limit]) => size < limit);
  const step = STEPS[place];
  if (!step) return;
  const unit = place === 0 ? 1 : (STEPS[place - 1]?.[0] ?? 1);
  element.textContent = size < 45 ? "刚刚" : words.format(Math.round(seconds / unit), step[1]);
}

export function startMoments(): void {
  const all = (): void => document.querySelectorAll<HTMLTimeElement>("time[data-relative]").forEach(tell);
  all();
  document.addEventListener("htmx:load", all);
  setInterval(all, 30_000);
}
