import { chosen } from "./options.js";
import { looked, template, user } from "./pictures.js";
import { hideProblem, showProblem } from "./problem.js";
import { showReport } from "./report.js";
import { showResult } from "./result.js";
import { fuse, Problem } from "./server.js";
import { say, stepTitle } from "./words.js";

/** One fusion at a time: begun, followed, cancelled. */

const button = document.getElementById("fuse");
const cancel = document.getElementById("cancel");
const progress = document.getElementById("progress");
const bar = document.getElementById("bar");
const stageText = document.getElementById("stage");
const noteText = document.getElementById("run-note");

let running = null; // Cancels the running fusion.
let stage = null; // The one that has begun last.
let note = null; // Key of what is said beside the button.

async function run() {
  if (running) {
    remark("running");
    return;
  }
  hideProblem();
  if (!template.file || !user.file) {
    remark("both");
    (template.file ? user : template).input.focus();
    return;
  }
  running = new AbortController();
  begin();
  try {
    await fused(running.signal);
    remark("done");
  } catch (failure) {
    failed(failure, running.signal);
  } finally {
    running = null;
    end();
  }
}

async function fused(signal) {
  await Promise.race([looked(), aborted(signal)]);
  signal.throwIfAborted();
  const inputs = {
    template: template.file,
    user: user.file,
    templateSeen: template.seen,
    middle: template.middle,
    options: wanted(),
  };
  const result = await fuse(inputs.template, inputs.user, inputs.options, follow, signal);
  showReport(result.report);
  await showResult(result, inputs);
}

const aborted = (signal) => new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));

/** Options as they are set, with the faces that were chosen. */
function wanted() {
  const options = chosen();
  if (template.face !== null) {
    options.templateFace = template.face;
  }
  if (user.face !== null) {
    options.userFace = user.face;
  }
  return options;
}

function failed(failure, signal) {
  if (signal.aborted) {
    remark("cancelled");
    return;
  }
  remark(null);
  showProblem(failure instanceof Problem ? failure : new Problem({ code: "other" }), run);
  if (!(failure instanceof Problem)) {
    throw failure; // A defect of this page: the browser's console has it.
  }
}

function begin() {
  remark(null);
  follow(null);
  button.setAttribute("aria-disabled", "true");
  progress.hidden = false;
  cancel.hidden = false;
}

function end() {
  const hadFocus = document.activeElement === cancel;
  button.removeAttribute("aria-disabled");
  progress.hidden = true;
  cancel.hidden = true;
  if (hadFocus) {
    button.focus();
  }
}

function follow(next) {
  stage = next;
  stageText.textContent = next === null ? say("sending") : stageOf(next);
  if (next === null) {
    bar.removeAttribute("value"); // The duration is unknown.
  } else {
    bar.value = (next.index + 1) / (next.count + 1);
  }
}

const stageOf = ({ stage: name, index, count }) =>
  say("stage-of", { stage: stepTitle(name), number: index + 1, count });

function remark(key) {
  note = key;
  noteText.textContent = key ? say(key) : "";
}

button.addEventListener("click", run);
cancel.addEventListener("click", () => running?.abort());
document.addEventListener("language", () => {
  remark(note);
  if (running) {
    follow(stage);
  }
});
document.addEventListener("pictures", () => {
  if (!running) {
    remark(null);
  }
});
