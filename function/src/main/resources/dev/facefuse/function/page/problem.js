import { isSaid, language, say } from "./words.js";

/** Shows an error in one place of the page, with a sentence that says what to do. */

const PASSING = ["network", "ended", "busy", "timeout", "out-of-memory", "other", "unauthorized",
  "internal-server-error"];

const box = document.getElementById("problem");
const retry = document.getElementById("retry");

let shown = null; // {problem, again}

/** English has the server's own sentences, but where the page knows better; other languages have one for each code. */
export function sentence({ code, detail }) {
  const key = `problem-${code}`;
  if (!isSaid(key) && language() === "en" && detail) {
    return detail.replace(/^picture: /, "").replace(/^(template|user)(?=: )/, (which) => say(which));
  }
  return say(isSaid(key) ? key : "problem-other");
}

/**
 * Shows a problem, until it is hidden.
 *
 * @param again what trying again means; offered if what went wrong may pass
 */
export function showProblem(problem, again) {
  shown = { problem, again };
  const detail = box.querySelector(".problem-detail");
  box.querySelector(".problem-says").textContent = sentence(problem);
  detail.textContent = problem.detail ?? "";
  detail.hidden = language() === "en" || !problem.detail;
  retry.hidden = !PASSING.includes(problem.code);
  box.hidden = false;
}

export function hideProblem() {
  shown = null;
  box.hidden = true;
}

retry.addEventListener("click", () => shown.again());
document.addEventListener("language", () => {
  if (shown) {
    showProblem(shown.problem, shown.again);
  }
});
