// The values under the cursor: of each curve its point nearest to an x.

import { indexAt } from "../paint.js";

/** @import { Shown } from "./types.ts" */
/** @import { Line } from "../buckets.js" */
/**
 * @typedef {{
 *   of: Shown, smoothed: number, value: number, step: number, wall: number,
 *   relative: number, x: number, distance: number,
 * }} Reading
 */

/**
 * @param {Shown[]} shown @param {number} x
 * @param {(reading: Reading) => number} distance from the pointer, which tells what is nearest
 * @returns {Reading[]}
 */
export function readingsAt(shown, x, distance) {
  return shown.flatMap((one) => {
    const { line, curve } = one;
    if (line.length === 0) return [];
    const i = nearest(line, x);
    const { step, wall, value } = curve.columns;
    const reading = {
      of: one,
      smoothed: line.y[i],
      value: value[i],
      step: step[i],
      wall: wall[i],
      relative: wall[i] - one.began(),
      x: line.x[i] - line.offset,
      distance: 0,
    };
    reading.distance = distance(reading);
    return [reading];
  });
}

/** @param {Line} line @param {number} x */
export function nearest(line, x) {
  if (!line.sorted) return nearestOfAll(line, x);
  const after = Math.min(indexAt(line, x), line.length - 1);
  const before = Math.max(0, after - 1);
  const [a, b] = [line.x[before] - line.offset, line.x[after] - line.offset];
  return x - a <= b - x ? before : after;
}

/** Of several as near, the newest. @param {Line} line @param {number} x */
function nearestOfAll(line, x) {
  let best = 0;
  for (let i = 1; i < line.length; i++)
    if (Math.abs(line.x[i] - line.offset - x) <= Math.abs(line.x[best] - line.offset - x)) best = i;
  return best;
}

/** @type {Record<string, (a: Reading, b: Reading) => number>} */
const ORDERS = {
  nearest: (a, b) => a.distance - b.distance,
  drawn: () => 0,
  descending: (a, b) => low(b.smoothed) - low(a.smoothed),
  ascending: (a, b) => low(a.smoothed) - low(b.smoothed),
  name: (a, b) => titleOf(a.of).localeCompare(titleOf(b.of), undefined, { numeric: true }),
};

/** @param {number} value */
function low(value) {
  return Number.isNaN(value)
    ? -Number.MAX_VALUE
    : Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value));
}

/** @param {Reading[]} readings @param {string} by */
export function sorted(readings, by) {
  return [...readings].sort(ORDERS[by] ?? ORDERS.nearest);
}

/** @param {Shown} shown */
export function titleOf({ name, detail }) {
  return detail ? `${name} ${detail}` : name;
}
