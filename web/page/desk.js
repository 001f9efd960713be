// What goes in and out of the page: files, the clipboard, and the theme.

/** The largest text, in bytes: larger ones are for the program. */
export const MAX_BYTES = 4 << 20;

/** The text of a file, in UTF-8 or, failing that, as Windows wrote it. */
export async function textOf(file) {
  if (file.size > MAX_BYTES) throw new Error(`${file.name} has more than ${MAX_BYTES >> 20} MB: use the program for it (unspin clean).`);
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (bytes.includes(0)) throw new Error(`${file.name} is not a text.`);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/** Saves a text as a file. */
export function save(name, text, type) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

const THEMES = ["auto", "light", "dark"];

/** Light, dark, or as the system has it; remembered where the browser allows. */
export function themed(button) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  let theme = "auto";
  try {
    theme = THEMES.find((one) => one === localStorage.getItem("theme")) ?? theme;
  } catch {
    // Nothing is remembered here.
  }
  const show = () => {
    const isDark = theme === "dark" || (theme === "auto" && dark.matches);
    document.documentElement.dataset.theme = isDark ? "dark" : "light";
    button.textContent = `Theme: ${theme}`;
  };
  button.addEventListener("click", () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    try {
      localStorage.setItem("theme", theme);
    } catch {
      // Then it holds until the page is closed.
    }
    show();
  });
  dark.addEventListener("change", show);
  show();
}
