// Runs before the first paint: says that scripts work, and which of light and dark holds.
const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");

function settle(): void {
  const wish = root.dataset.theme;
  root.dataset.bsTheme = wish === "light" || wish === "dark" ? wish : dark.matches ? "dark" : "light";
}

root.classList.add("js");
settle();
dark.addEventListener("change", settle);
new MutationObserver(settle).observe(root, { attributes: true, attributeFilter: ["data-theme"] });
