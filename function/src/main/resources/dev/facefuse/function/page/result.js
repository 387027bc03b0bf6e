import { token } from "./access.js";
import { bytes, number } from "./numbers.js";
import { say } from "./words.js";

/** The fused picture: beside the template, near and far, to take away. */

const SCALES = [0.25, 0.5, 1, 2, 4, 8];
const MEDIA_NAMES = { jpg: "JPEG", png: "PNG", webp: "WebP", bmp: "BMP", tiff: "TIFF" };

const section = document.getElementById("result");
const compare = document.getElementById("compare");
const stage = compare.querySelector(".stage");
const before = document.getElementById("before");
const after = document.getElementById("after");
const divide = document.getElementById("divide");
const level = document.getElementById("zoom-level");
const curlNote = document.getElementById("curl-note");
const curlText = document.getElementById("curl-text");

let shown = null; // {blob, report, inputs}
let scale = null; // Of the result's pixels; null for as large as fits.
let curlSaid = null;

/** Shows a result; resolves when it is there to be seen. */
export async function showResult({ picture, report }, inputs) {
  const blob = new Blob([decoded(picture.base64)], { type: picture.mediaType });
  shown = { blob, report, inputs };
  replaceUrl(after, "src", blob);
  replaceUrl(before, "src", inputs.template);
  const download = document.getElementById("download");
  replaceUrl(download, "href", blob);
  download.download = `fused.${report.output.format}`;
  const seen = await after.decode().then(() => true, () => false);
  stage.hidden = !seen;
  compare.querySelector(".unseen").hidden = seen;
  const compared = seen && inputs.templateSeen;
  for (const element of [before, compare.querySelector(".divider"), document.getElementById("divide-row")]) {
    element.hidden = !compared;
  }
  section.querySelector(".zoom-tools").hidden = !seen;
  section.hidden = false;
  tellFacts();
  sayCurl(null);
  curlText.hidden = true;
  zoom(null);
  split(50);
  section.focus({ preventScroll: true });
  section.scrollIntoView({ block: "start" });
}

function decoded(base64) {
  const text = atob(base64);
  const result = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    result[i] = text.charCodeAt(i);
  }
  return result;
}

/** Shows another picture and releases the one before. */
function replaceUrl(element, attribute, blob) {
  const last = element.getAttribute(attribute);
  element.setAttribute(attribute, URL.createObjectURL(blob));
  if (last) {
    URL.revokeObjectURL(last);
  }
}

function tellFacts() {
  const { output, millis } = shown.report;
  document.getElementById("result-facts").textContent = [
    `${output.width} × ${output.height}`,
    MEDIA_NAMES[output.format],
    bytes(shown.blob.size),
    `${number(millis / 1000, 2)} s`,
  ].join(" · ");
}

// Before and after

function split(percent) {
  divide.value = String(Math.round(percent));
  stage.style.setProperty("--divide", `${percent}%`);
}

divide.addEventListener("input", () => split(divide.valueAsNumber));

let drag = null; // What a move of the pointer does.

stage.addEventListener("dragstart", (event) => event.preventDefault());
stage.addEventListener("pointerdown", (event) => {
  const pans = scale !== null && !event.target.closest(".divider span");
  if (event.button !== 0 || (pans && event.pointerType !== "mouse") || before.hidden) {
    return; // Touch scrolls by itself.
  }
  stage.setPointerCapture(event.pointerId);
  drag = pans ? panning(event) : dividing;
  drag(event);
});
stage.addEventListener("pointermove", (event) => drag?.(event));
for (const end of ["pointerup", "pointercancel"]) {
  stage.addEventListener(end, () => {
    drag = null;
  });
}

function dividing(event) {
  const { left, width } = stage.getBoundingClientRect();
  split(Math.min(100, Math.max(0, (100 * (event.clientX - left)) / width)));
}

function panning({ clientX, clientY }) {
  const { scrollLeft, scrollTop } = compare;
  return (event) => compare.scrollTo({
    left: scrollLeft + clientX - event.clientX,
    top: scrollTop + clientY - event.clientY,
    behavior: "instant",
  });
}

// Near and far

const fitted = () => after.clientWidth / after.naturalWidth;

/** From what fits to the face; then about the middle of what is seen. */
function zoom(to) {
  const { x, y } = scale === null ? shown.inputs.middle : {
    x: (compare.scrollLeft + compare.clientWidth / 2) / compare.scrollWidth,
    y: (compare.scrollTop + compare.clientHeight / 2) / compare.scrollHeight,
  };
  scale = to;
  compare.classList.toggle("zoomed", to !== null);
  stage.style.setProperty("--width", `${Math.round((to ?? 1) * after.naturalWidth)}px`);
  compare.scrollTo({
    left: x * compare.scrollWidth - compare.clientWidth / 2,
    top: y * compare.scrollHeight - compare.clientHeight / 2,
    behavior: "instant",
  });
  level.textContent = `${number(100 * (to ?? fitted()), 0)} %`;
}

document.getElementById("zoom-in").addEventListener("click", () => {
  const now = scale ?? fitted();
  zoom(SCALES.find((next) => next > now * 1.01) ?? scale);
});
document.getElementById("zoom-out").addEventListener("click", () => {
  const next = SCALES.findLast((smaller) => smaller < (scale ?? 0));
  zoom(next && next > fittedOnce() ? next : null);
});
document.getElementById("zoom-fit").addEventListener("click", () => zoom(null));

/** How large it would be if it fitted, while it does not. */
function fittedOnce() {
  compare.classList.remove("zoomed");
  const result = fitted();
  compare.classList.toggle("zoomed", scale !== null);
  return result;
}

addEventListener("resize", () => {
  if (shown && scale === null) {
    zoom(null);
  }
});

// To take away

/** The same fusion, for a shell. A token is named, never shown. */
function command() {
  const { inputs, report } = shown;
  const fields = { template: file(inputs.template.name), user: file(inputs.user.name), ...inputs.options };
  return [
    "curl -s",
    ...Object.entries(fields).map(([name, value]) => `-F ${quoted(`${name}=${value}`)}`),
    ...(token() === null ? [] : ['-H "Authorization: Bearer $TOKEN"']),
    "-H 'Accept: image/*'",
    quoted(new URL("fuse", document.baseURI).href),
    `-o fused.${report.output.format}`,
  ].join(" ");
}

/** curl reads commas and semicolons in a name unless it is quoted. */
const file = (name) => `@${/[,;"]/.test(name) ? `"${name.replace(/["\\]/g, "\\$&")}"` : name}`;

const quoted = (word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

document.getElementById("curl").addEventListener("click", async () => {
  curlText.textContent = command();
  curlText.hidden = false;
  try {
    await navigator.clipboard.writeText(curlText.textContent);
    sayCurl("curl-copied");
  } catch {
    sayCurl("curl-not-copied"); // Only pages that came over TLS or from this machine may.
  }
});

function sayCurl(key) {
  curlSaid = key;
  curlNote.textContent = key ? say(key) : "";
}

document.addEventListener("language", () => {
  sayCurl(curlSaid);
  if (shown) {
    tellFacts();
  }
});
