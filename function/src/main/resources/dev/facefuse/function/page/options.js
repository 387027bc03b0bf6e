import { say } from "./words.js";

/** The form of options: its values, and its defaults. */

const form = document.getElementById("options");
const defaults = values();

function values() {
  return Object.fromEntries(new FormData(form));
}

/** The options that differ from their defaults, by the names that the function knows. */
export function chosen() {
  return Object.fromEntries(Object.entries(values()).filter(([name, value]) => value !== defaults[name]));
}

/** The detection threshold, even if it is the default. */
export const threshold = () => form.elements.threshold.value;

/** Calls back after the threshold has changed, not at every step of the slider. */
export function onThreshold(call) {
  let last = threshold();
  const check = () => {
    if (threshold() !== last) {
      last = threshold();
      call();
    }
  };
  form.elements.threshold.addEventListener("change", check);
  form.addEventListener("reset", () => queueMicrotask(check));
}

/** Calls back after all options were reset to their defaults. */
export function onReset(call) {
  form.addEventListener("reset", () => queueMicrotask(call));
}

function show() {
  for (const output of form.querySelectorAll("output")) {
    const input = document.getElementById(output.htmlFor.value);
    output.textContent = shown(input);
    output.classList.toggle("set", input.value !== defaults[input.name]);
  }
}

function shown({ valueAsNumber: value, min, step }) {
  if (Number(step) >= 1) {
    return String(value);
  }
  const sign = Number(min) < 0 && value !== 0 ? (value > 0 ? "+" : "−") : "";
  return sign + Math.abs(value).toFixed(2);
}

form.addEventListener("input", show);
onReset(show);
form.addEventListener("submit", (event) => event.preventDefault());
document.getElementById("reset").addEventListener("click", () => {
  form.reset();
  document.getElementById("options-note").textContent = say("reset-done");
});
form.addEventListener("input", () => {
  document.getElementById("options-note").textContent = "";
});
show();
