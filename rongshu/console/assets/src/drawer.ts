// The navigation as a drawer on narrow windows.
export function startDrawer(): void {
  const root = document.documentElement;
  const close = (): void => {
    root.classList.remove("drawer-open");
    document.querySelector("[data-drawer]")?.setAttribute("aria-expanded", "false");
  };
  document.addEventListener("click", (event) => {
    const target = event.target as Element;
    const button = target.closest("[data-drawer]");
    if (button) {
      const open = root.classList.toggle("drawer-open");
      button.setAttribute("aria-expanded", String(open));
      if (open) document.querySelector<HTMLElement>(".sidebar a, .sidebar summary")?.focus();
    } else if (!target.closest(".sidebar")) close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && root.classList.contains("drawer-open")) {
      close();
      document.querySelector<HTMLElement>("[data-drawer]")?.focus();
    }
  });
  document.addEventListener("htmx:afterSwap", close);
}
