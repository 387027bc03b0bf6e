import { askForToken, forgetToken, token } from "./access.js";

/** An error: a problem response (RFC 9457), or a server that cannot be reached. */
export class Problem extends Error {
  constructor({ code, detail, retryAfterSeconds }) {
    super(detail ?? code);
    this.code = code;
    this.detail = detail;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Sends a form and gives the answer, once it is a good one. */
async function post(path, form, accept, signal) {
  for (;;) {
    const headers = { Accept: accept };
    const sent = token();
    if (sent) {
      headers.Authorization = `Bearer ${sent}`;
    }
    const response = await reach(path, { method: "POST", body: form, headers, signal });
    if (response.ok) {
      return response;
    }
    const problem = await problemOf(response);
    if (problem.code !== "unauthorized") {
      throw problem;
    }
    forgetToken(sent);
    if (!(await askForToken(sent !== null))) {
      throw problem;
    }
  }
}

async function reach(path, request) {
  try {
    return await fetch(path, request);
  } catch (failure) {
    throw failure.name === "AbortError" ? failure : new Problem({ code: "network" });
  }
}

async function problemOf(response) {
  try {
    return new Problem(await response.json());
  } catch {
    return new Problem({ code: "other", detail: `${response.status} ${response.statusText}`.trim() });
  }
}

/** A picture that the server has: one of the samples. */
export async function picture(path) {
  const response = await reach(path, {});
  if (!response.ok) {
    throw new Problem({ code: "other" });
  }
  return response.blob();
}

/** The faces of a picture: {width, height, faces}. */
export async function faces(file, threshold, signal) {
  const form = new FormData();
  form.append("picture", file, file.name);
  form.append("threshold", threshold);
  return (await post("faces", form, "application/json", signal)).json();
}

/**
 * Fuses.
 *
 * @param onStage called with {stage, index, count} when a stage begins
 * @return {picture, report} as POST /fuse answers
 */
export async function fuse(template, user, options, onStage, signal) {
  const form = new FormData();
  form.append("template", template, template.name);
  form.append("user", user, user.name);
  for (const [name, value] of Object.entries(options)) {
    form.append(name, value);
  }
  const response = await post("fuse", form, "text/event-stream", signal);
  for await (const { event, data } of events(response.body)) {
    if (event === "stage") {
      onStage(data);
    } else if (event === "problem") {
      throw new Problem(data);
    } else if (event === "result") {
      return data;
    }
  }
  throw new Problem({ code: "ended" });
}

/** Server-sent events as this server writes them: a line for the name, a line of JSON, an empty one. */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let parts = []; // Parts of an incomplete event. They are joined once, because a picture arrives in hundreds of parts.
  for (;;) {
    let { done, value: text } = await read(reader);
    if (done) {
      return;
    }
    if (text.startsWith("\n") && parts.at(-1)?.endsWith("\n")) { // An event's end, cut in two.
      yield parsed(parts);
      parts = [];
      text = text.slice(1);
    }
    const texts = text.split("\n\n");
    for (const ended of texts.slice(0, -1)) {
      yield parsed([...parts, ended]);
      parts = [];
    }
    if (texts.at(-1) !== "") {
      parts.push(texts.at(-1));
    }
  }
}

async function read(reader) {
  try {
    return await reader.read();
  } catch (failure) {
    throw failure.name === "AbortError" ? failure : new Problem({ code: "ended" });
  }
}

function parsed(parts) {
  const [, event, data] = parts.join("").match(/^event: (.*)\ndata: ([^]*)$/);
  return { event, data: JSON.parse(data) };
}
