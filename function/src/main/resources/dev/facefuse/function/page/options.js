import { say } from "./words.js";

/** The form of options: what is set, and what it was set to. */

const form = document.getElementById("options");
const defaults = values();

function values() {
  return Object.fromEntries(new FormData(form));
}

/** What differs from the function's defaults, under its own names. */
export function chosen() {
  return Object.fromEntries(Object.entries(values()).filter(([name, value]) => value !== defaults[name]));
}

/** The detection threshold, also where it is the default. */
export const threshold = () => form.elements.threshold.value;

/** Calls when the threshold has been set to another value, not at every step on the way there. */
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

/** Calls when everything is put back to its default. */
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
