/** The carousel scrolls by hand without scripts; here it gets buttons, and moves until someone looks. */
import { all, button } from "./elements";

const INTERVAL = 6000;

export function startCarousel(block: HTMLElement): void {
  const track = block.querySelector<HTMLElement>(".slides");
  const slides = all(".slide", block);
  if (!track || slides.length < 2) return;
  let current = 0;
  const count = document.createElement("span");
  count.className = "count";

  const show = (index: number, smooth: boolean): void => {
    current = (index + slides.length) % slides.length;
    track.scrollTo({ left: current * track.clientWidth, behavior: smooth ? "smooth" : "auto" });
    label();
  };
  const label = (): void => {
    count.textContent = `${current + 1} / ${slides.length}`;
  };

  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  let isPlaying = !calm.matches;
  const pause = button("", () => setPlaying(!isPlaying));
  const setPlaying = (playing: boolean): void => {
    isPlaying = playing;
    pause.textContent = playing ? "❚❚ 暂停" : "▶ 播放";
  };
  const stepTo = (step: number): void => {
    setPlaying(false);
    show(current + step, !calm.matches);
  };

  const controls = document.createElement("div");
  controls.className = "carousel-controls";
  const previous = button("‹ 上一张", () => stepTo(-1));
  const following = button("下一张 ›", () => stepTo(1));
  controls.append(previous, following, pause, count);
  block.append(controls);
  track.addEventListener("scrollend", () => {
    current = Math.round(track.scrollLeft / Math.max(track.clientWidth, 1));
    label();
  });
  setPlaying(isPlaying);
  label();
  // A pointer over it or the focus within it holds it still (WCAG 2.2.2).
  setInterval(() => {
    const isWatched = block.matches(":hover") || block.contains(document.activeElement);
    if (isPlaying && !isWatched && !document.hidden && !calm.matches) show(current + 1, true);
  }, INTERVAL);
}
