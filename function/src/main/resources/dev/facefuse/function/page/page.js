import "./fusion.js";
import { language, say, speak } from "./words.js";

/** Starts the page, and keeps what its visitor prefers: language and theme. */

const THEMES = ["auto", "light", "dark"];

const root = document.documentElement;
const languageButton = document.getElementById("language");
const themeButton = document.getElementById("theme");

function keep(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage may be forbidden; then the choice lasts as long as the page.
  }
}

const theme = () => root.dataset.theme ?? "auto";

function nameTheme() {
  const name = say(`theme-${theme()}`);
  document.getElementById("theme-name").textContent = name;
  themeButton.setAttribute("aria-label", say("theme", { name }));
}

themeButton.addEventListener("click", () => {
  const next = THEMES[(THEMES.indexOf(theme()) + 1) % THEMES.length];
  if (next === "auto") {
    delete root.dataset.theme;
  } else {
    root.dataset.theme = next;
  }
  keep("facefuse.theme", next);
  nameTheme();
});

languageButton.addEventListener("click", () => {
  const next = language() === "zh" ? "en" : "zh";
  keep("facefuse.language", next);
  speak(next);
});

document.addEventListener("language", () => {
  const other = language() === "zh" ? "en" : "zh";
  languageButton.lang = other;
  languageButton.textContent = other === "zh" ? "中文" : "English";
  nameTheme();
});

speak(language());
