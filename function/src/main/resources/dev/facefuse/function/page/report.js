import { bytes, milliseconds, number } from "./numbers.js";
import { say, stepTitle } from "./words.js";

/** The report below the result: likeness, plan, and each stage's time and memory. */

const section = document.getElementById("report");

let report = null;

export function showReport(next) {
  report = next;
  section.hidden = false;
  const warnings = document.getElementById("warnings");
  warnings.hidden = report.warnings.length === 0;
  warnings.replaceChildren(...report.warnings.map((warning) => element("li", {}, warning)));
  document.getElementById("similarity").replaceChildren(
    meter("similarity-user", report.similarity.user),
    meter("similarity-template", report.similarity.template, "second"),
  );
  document.getElementById("plan-name").textContent = `${report.plan}:`;
  document.getElementById("plan-means").textContent = [
    say(`plan-${report.plan}`),
    ...(report.degraded ? [say("degraded")] : []),
  ].join("; ");
  document.getElementById("facts").replaceChildren(...facts());
  document.querySelector("#stages tbody").replaceChildren(...stages());
  document.getElementById("peak-hint").textContent = say(report.device === "cpu" ? "peak-host" : "peak-device");
}

function meter(key, value, kind = "") {
  return element("div", { class: `meter ${kind}` },
    element("span", {}, say(key)),
    element("b", {}, number(value, 2)),
    fill(value, 1));
}

function facts() {
  const { memory } = report;
  return [
    fact("why", report.planReason, { lang: "en" }),
    fact("total", milliseconds(report.millis)),
    fact("memory", [memory.beforeBytes, memory.peakBytes, memory.afterBytes].map(bytes).join(" · "), { class: "whole" }),
    fact("faces-found", say("faces-found-value", report.faces)),
    fact("pack", `${report.pack}, ${report.dtype}`),
    fact("device", report.device),
  ].flat();
}

const fact = (key, value, attributes = {}) => [element("dt", {}, say(key)), element("dd", attributes, value)];

function stages() {
  const longest = Math.max(...report.stages.map((stage) => stage.millis));
  const highest = Math.max(...report.stages.map((stage) => stage.peakBytes));
  return report.stages.map((stage) => element("tr", {},
    element("th", { scope: "row" }, stepTitle(stage.name)),
    bar(stage.millis, longest, milliseconds(stage.millis)),
    bar(stage.peakBytes, highest, bytes(stage.peakBytes), "second")));
}

function bar(value, most, text, kind = "") {
  return element("td", { class: kind }, element("span", { class: "bar" }, fill(value, most), element("span", {}, text)));
}

/** Decoration: the number stands beside it. */
function fill(value, most) {
  const inner = element("span", { class: "fill" });
  inner.style.setProperty("--share", `${Math.max(0, Math.min(100, (100 * value) / most))}%`);
  return element("span", { class: "track", "aria-hidden": "true" }, inner);
}

function element(name, attributes, ...children) {
  const result = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    result.setAttribute(key, value);
  }
  result.append(...children);
  return result;
}

document.addEventListener("language", () => {
  if (report) {
    showReport(report);
  }
});
