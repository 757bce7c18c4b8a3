// How fast a run goes, told by the times that its points carry.

/** @import { Columns } from "../types.ts" */

/** @param {Columns} columns @param {number} [span] over how many seconds up to its last point @returns {number} steps a second; NaN where that can't be told */
export function paceOf({ step, wall, length }, span = 10) {
  if (length < 2) return Number.NaN;
  const last = length - 1;
  let low = 0;
  let high = last;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (wall[middle] < wall[last] - span) low = middle + 1;
    else high = middle;
  }
  const first = Math.min(low, last - 1);
  const rate = (step[last] - step[first]) / (wall[last] - wall[first]);
  return rate > 0 && Number.isFinite(rate) ? rate : Number.NaN;
}
