// Before the first paint, so that nobody sees the other theme or language flash by; all else is modules.
(() => {
  const stored = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null; // Storage may be forbidden; then the choice lasts as long as the page.
    }
  };
  const root = document.documentElement;
  const theme = stored("facefuse.theme");
  if (theme === "light" || theme === "dark") {
    root.dataset.theme = theme;
  }
  const language = stored("facefuse.language") ?? navigator.language;
  root.lang = language.startsWith("zh") ? "zh" : "en";
})();
