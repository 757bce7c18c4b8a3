// What a curve says of the course of a run: where epochs begin, and where the learning rate jumps.

/** @import { Columns } from "../types.ts" */
/** @typedef {{ step: number, wall: number, kind: "epoch" | "lr", text: string }} Landmark */

/** More epochs than this are marked every second, fifth, tenth, ... */
const MOST = 36;
/** A learning rate jumps where it changes by more than a tenth, and by so much more than it does just before and after. */
const JUMP = Math.log(1.1);
const SUDDEN = 6;
const AROUND = 3;

/** Of a series whose values are epochs, whole or in fractions: where the whole part grows. @param {Columns} columns @returns {Landmark[]} */
export function epochStarts(columns) {
  for (let power = 1; ; power *= 10)
    for (const times of [1, 2, 5]) {
      const starts = startsOf(columns, times * power);
      if (starts.length <= MOST)
        return starts.map((i) => markAt(columns, i, "epoch", `epoch ${floor(columns, i, 1)}`));
    }
}

/** Where a multiple of `every` is reached. @param {Columns} columns @param {number} every */
function startsOf(columns, every) {
  const starts = [];
  let last = Number.POSITIVE_INFINITY;
  for (let i = 0; i < columns.length && starts.length <= MOST; i++) {
    const now = floor(columns, i, every);
    if (now > last) starts.push(i);
    if (Number.isFinite(now)) last = now;
  }
  return starts;
}

/** Logged as a quotient, a whole number may be a little too low. @param {Columns} columns @param {number} i @param {number} every */
function floor({ value }, i, every) {
  return Math.floor(value[i] / every + 1e-6);
}

/**
 * Of a learning rate: sudden changes, not those of a schedule that changes it all the time.
 * @param {Columns} columns @returns {Landmark[]}
 */
export function rateJumps(columns) {
  const { value, length } = columns;
  const found = [];
  for (let i = 1; i < length - 1; i++) {
    if (value[i] === value[i - 1] || !isSudden(columns, i)) continue;
    found.push(markAt(columns, i, "lr", `lr ${short(value[i - 1])} → ${short(value[i])}`));
  }
  return found.length <= MOST ? found : [];
}

/** @param {Columns} columns @param {number} i */
function isSudden({ value, length }, i) {
  const here = change(value, i);
  if (!(here > JUMP && here < Number.POSITIVE_INFINITY)) return false;
  for (let k = Math.max(1, i - AROUND); k < Math.min(length, i + AROUND + 1); k++)
    if (k !== i && !(change(value, k) * SUDDEN < here)) return false;
  return i > 1;
}

/** @param {Float64Array} value @param {number} i */
function change(value, i) {
  return value[i] === value[i - 1] ? 0 : Math.abs(Math.log(value[i] / value[i - 1]));
}

/** @param {number} value */
function short(value) {
  return String(Number(value.toPrecision(3)));
}

/** @param {Columns} columns @param {number} i @param {Landmark["kind"]} kind @param {string} text */
function markAt({ step, wall }, i, kind, text) {
  return { step: step[i], wall: wall[i], kind, text };
}
