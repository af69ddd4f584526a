/** What a reader chose, kept in this browser only. Storage may be forbidden: then nothing is kept. */

export type Preference = "elder" | "text" | "contrast" | "zoom" | "underline" | "guide" | "traditional";

export function preference(name: Preference): string {
  try {
    return localStorage.getItem(`rs-${name}`) ?? "";
  } catch {
    return "";
  }
}

export function prefer(name: Preference, value: string): void {
  try {
    if (value) localStorage.setItem(`rs-${name}`, value);
    else localStorage.removeItem(`rs-${name}`);
  } catch {
    // A private window: the choice lasts as long as the page.
  }
}

/** Put the classes of the kept preferences on the root element. */
export function applyPreferences(root: HTMLElement): void {
  const text = preference("text");
  const zoom = preference("zoom");
  root.classList.toggle("elder", preference("elder") === "1");
  root.classList.toggle("high-contrast", preference("contrast") === "1");
  root.classList.toggle("underline-links", preference("underline") === "1");
  for (const size of ["small", "large"]) root.classList.toggle(`text-${size}`, text === size);
  for (const step of ["1", "2", "3"]) root.classList.toggle(`zoom-${step}`, zoom === step);
}
