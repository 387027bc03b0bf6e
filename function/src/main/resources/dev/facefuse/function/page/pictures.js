import { onReset, onThreshold, threshold } from "./options.js";
import { hideProblem, sentence, showProblem } from "./problem.js";
import { faces, picture } from "./server.js";
import { say } from "./words.js";

/** The two pictures: chosen, dropped, pasted or samples; their faces found, drawn and chosen. */

const MOST_TRIES = 5;

/** A face that is so near the upper edge has its number below it. */
const HIGH = 0.1;

const NAME_OF_A_PICTURE = /\.(jpe?g|png|webp|bmp|tiff?)$/i;

/** Looks are taken one after the other: a server may well do one thing at a time. */
let turn = Promise.resolve();

/** Resolves when no look is under way: what is asked for then finds the server free, as far as this page goes. */
export const looked = () => turn;

class Card {
  file = null;

  /** Index of the face that was chosen; null for the largest. */
  face = null;

  #found = null; // As the server says it; null before it has.
  #note = () => say("kinds");
  #look = null;
  #url = null;

  constructor(id) {
    this.id = id;
    this.root = document.getElementById(id);
    this.input = this.root.querySelector("input");
    this.image = this.root.querySelector("img");
    this.image.addEventListener("load", () => this.#showWhetherSeen(true));
    this.image.addEventListener("error", () => this.#showWhetherSeen(false));
    this.input.addEventListener("change", () => {
      take(this, this.input.files);
      this.input.value = ""; // The same file may be chosen again.
    });
    this.#on(".replace", () => this.input.click());
    this.#on(".remove", () => {
      this.put(null);
      this.input.focus();
    });
    this.#on(".again", () => this.look());
    this.root.addEventListener("dragover", () => this.root.classList.add("over"));
    this.root.addEventListener("dragleave", () => this.root.classList.remove("over"));
    this.root.addEventListener("drop", () => this.root.classList.remove("over"));
  }

  #on(selector, call) {
    this.root.querySelector(selector).addEventListener("click", call);
  }

  /** Shows a picture, or none, and looks for its faces. */
  put(file) {
    this.#show(file);
    if (file) {
      this.look();
    }
  }

  #show(file) {
    this.#look?.abort();
    this.file = file;
    this.face = null;
    this.#found = null;
    this.#say(() => (file ? "" : say("kinds")));
    URL.revokeObjectURL(this.#url);
    this.#url = file && URL.createObjectURL(file);
    if (file) {
      this.image.src = this.#url;
    } else {
      this.image.removeAttribute("src");
    }
    this.root.querySelector(".empty").hidden = file !== null;
    this.root.querySelector(".shown").hidden = file === null;
    this.root.querySelector(".foot-actions").hidden = file === null;
    this.root.querySelector(".again").hidden = true;
    this.#draw();
    document.dispatchEvent(new Event("pictures"));
  }

  #showWhetherSeen(seen) {
    this.root.querySelector(".frame").hidden = !seen;
    this.root.querySelector(".unseen").hidden = seen;
  }

  /** Whether the browser can show the picture. */
  get seen() {
    return this.root.querySelector(".unseen").hidden;
  }

  /** The middle of the face that is meant, in parts of the picture; the picture's own if none was found. */
  get middle() {
    const all = this.#found?.faces ?? [];
    if (all.length === 0) {
      return { x: 0.5, y: 0.5 };
    }
    const { left, top, width, height } = all[this.face ?? largest(all)];
    return { x: (left + width / 2) / this.#found.width, y: (top + height / 2) / this.#found.height };
  }

  /** Asks the server for the faces; a look that is under way is dropped. */
  look() {
    this.#look?.abort();
    const look = new AbortController();
    this.#look = look;
    this.root.querySelector(".again").hidden = true;
    this.#say(() => say("looking"));
    turn = turn.then(() => this.#find(look.signal));
  }

  async #find(signal) {
    try {
      const found = await patiently(() => faces(this.file, threshold(), signal), signal);
      this.#found = found;
      if (this.face !== null && this.face >= found.faces.length) {
        this.face = null;
      }
      this.#say(() => this.#count());
      this.#draw();
    } catch (failure) {
      if (signal.aborted) {
        return;
      }
      this.#found = null;
      this.#draw();
      this.#say(() => sentence(failure));
      this.root.querySelector(".again").hidden = false;
    }
  }

  #count() {
    const count = this.#found.faces.length;
    return say(count === 0 ? "face-none" : count === 1 ? "face-one" : "face-many", { count });
  }

  /** Says something now and, in the other language, later. */
  #say(note) {
    this.#note = note;
    this.root.querySelector(".note").textContent = note();
  }

  repeat() {
    this.#say(this.#note);
    this.image.alt = this.file ? say(`${this.id}-alt`) : "";
    this.#draw();
  }

  refuse() {
    this.#say(() => say("no-picture"));
  }

  /** A frame around each face, which is the button to choose it by. */
  #draw() {
    const box = this.root.querySelector(".faces");
    box.setAttribute("aria-label", say("faces"));
    this.image.alt = this.file ? say(`${this.id}-alt`) : "";
    const focused = [...box.children].indexOf(document.activeElement);
    box.replaceChildren(...(this.#found?.faces ?? []).map((face) => this.#frame(face)));
    box.children[focused]?.focus();
  }

  #frame(face) {
    const { width, height, faces: all } = this.#found;
    const button = document.createElement("button");
    button.type = "button";
    button.className = face.top / height < HIGH ? "face high" : "face";
    button.setAttribute("aria-pressed", String(face.index === (this.face ?? largest(all))));
    button.setAttribute("aria-label", say("face", { number: face.index + 1, count: all.length }));
    button.style.left = `${(100 * face.left) / width}%`;
    button.style.top = `${(100 * face.top) / height}%`;
    button.style.width = `${(100 * face.width) / width}%`;
    button.style.height = `${(100 * face.height) / height}%`;
    if (all.length > 1) {
      const number = document.createElement("span");
      number.textContent = String(face.index + 1);
      button.append(number);
    }
    button.addEventListener("click", () => this.#choose(face.index));
    return button;
  }

  #choose(index) {
    this.face = index;
    this.#draw();
  }

  /** As the function does without being told: the largest. */
  forgetChoice() {
    this.face = null;
    this.#draw();
  }

  /** Swaps the pictures of two cards without decoding them again. */
  swap(other) {
    const mine = this.#state();
    const theirs = other.#state();
    this.#become(theirs);
    other.#become(mine);
  }

  #state() {
    return { file: this.file, face: this.face, found: this.#found, note: this.#note };
  }

  #become({ file, face, found, note }) {
    this.#show(file);
    if (file && !found) {
      this.look();
      return;
    }
    this.face = face;
    this.#found = found;
    this.#say(note);
    this.#draw();
  }
}

const largest = (all) => all.reduce((most, face) => (area(face) > area(most) ? face : most)).index;

const area = ({ width, height }) => width * height;

/** Tries again where the server is busy, when it says so. */
async function patiently(ask, signal) {
  for (let tries = 1; ; tries++) {
    signal.throwIfAborted();
    try {
      return await ask();
    } catch (failure) {
      if (failure.code !== "busy" || tries === MOST_TRIES) {
        throw failure;
      }
      await pause(failure.retryAfterSeconds ?? 1, signal);
    }
  }
}

function pause(seconds, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, 1000 * seconds);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}

export const template = new Card("template");
export const user = new Card("user");
const cards = [template, user];

/** Takes the first file, and the other card a second one. */
function take(card, files) {
  const [first, second] = [...files];
  const other = card === template ? user : template;
  put(card, first);
  put(other, second);
}

function put(card, file) {
  if (!file) {
    return;
  }
  if (file.type.startsWith("image/") || NAME_OF_A_PICTURE.test(file.name)) {
    card.put(file);
  } else {
    card.refuse();
  }
}

/** The card for a picture that was dropped or pasted outside the cards. */
const free = () => cards.find((card) => card.file === null) ?? user;

const cardOf = (element) => cards.find((card) => card.root.contains(element));

// A file that misses the cards must not replace the page.
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  take(cardOf(event.target) ?? free(), event.dataTransfer.files);
});

document.addEventListener("paste", (event) => {
  const { files } = event.clipboardData;
  if (files.length > 0) {
    event.preventDefault();
    take(cardOf(document.activeElement) ?? free(), files);
  }
});

document.getElementById("swap").addEventListener("click", () => template.swap(user));

document.getElementById("samples").addEventListener("click", samples);

async function samples() {
  hideProblem();
  try {
    const [monaLisa, astronaut] = await Promise.all([sample("mona-lisa.jpg"), sample("astronaut.png")]);
    template.put(monaLisa);
    user.put(astronaut);
  } catch (failure) {
    showProblem(failure, samples);
  }
}

async function sample(name) {
  const blob = await picture(`samples/${name}`);
  return new File([blob], name, { type: blob.type });
}

onThreshold(() => cards.filter((card) => card.file).forEach((card) => card.look()));
onReset(() => cards.forEach((card) => card.forgetChoice()));
document.addEventListener("language", () => cards.forEach((card) => card.repeat()));
