import { language } from "./words.js";

/** Numbers as the shown language writes them. */

const MEGA = 1e6;
const KILO = 1e3;

export const number = (value, digits) =>
  value.toLocaleString(language(), { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** 212 KB, 3.4 MB, 447 MB. */
export function bytes(count) {
  if (count < MEGA) {
    return `${number(count / KILO, 0)} KB`;
  }
  return `${number(count / MEGA, count < 10 * MEGA ? 1 : 0)} MB`;
}

/** 0.4 ms, 312 ms. */
export const milliseconds = (value) => `${number(value, value < 10 ? 1 : 0)} ms`;
