/** Tells which result was opened, without saying by whom; the page works without it. */
const list = document.querySelector<HTMLElement>("[data-clicks]");

function tell(link: HTMLAnchorElement): void {
  const hit = link.closest<HTMLElement>("[data-hit]");
  if (!list?.dataset.clicks || !hit) return;
  const told = new URLSearchParams({
    q: list.dataset.query ?? "",
    hit: hit.dataset.hit ?? "",
    place: hit.dataset.place ?? "",
  });
  navigator.sendBeacon(list.dataset.clicks, told);
}

for (const kind of ["click", "auxclick"]) {
  list?.addEventListener(kind, (event) => {
    const link = (event.target as Element).closest("a");
    if (link) tell(link);
  });
}

export {};
