// What a stretch of a curve says in numbers: first, last, least, greatest, mean, change, area.

/** @import { Columns } from "../types.ts" */

/**
 * @typedef {object} Stats
 * @property {number} count points, finite or not
 * @property {number} odd points that are not finite
 * @property {number} first @property {number} firstStep
 * @property {number} last @property {number} lastStep
 * @property {number} min @property {number} minStep
 * @property {number} max @property {number} maxStep
 * @property {number} mean
 * @property {number} change last - first
 * @property {number} relative the change as a part of the first value
 * @property {number} area under the curve, by trapezoids over steps
 */

/** Names of what is better the greater it is; all else is taken for a loss. */
const GAINS =
  /(^|[^a-z])(acc|accuracy|auc|auroc|auprc|f1|fbeta|precision|recall|reward|return|score|iou|miou|map|ap\d*|dice|bleu|rouge\w*|r2|psnr|ssim|throughput|\w+_per_second|fps|top\d?)([^a-z]|$)/i;

/**
 * Of the points with a step from `from` to `to`; null where there are none. Values that are not finite are counted, not
 * reckoned with.
 * @param {Columns} columns @param {number} [from] @param {number} [to] @returns {Stats | null}
 */
export function statsOf(
  { step, value, length },
  from = Number.NEGATIVE_INFINITY,
  to = Number.POSITIVE_INFINITY,
) {
  const sum = createSum();
  for (let i = 0; i < length; i++) if (step[i] >= from && step[i] <= to) sum.add(step[i], value[i]);
  return sum.stats();
}

/** Whether the best value of a tag is its least or its greatest. @param {string} tag @returns {"min" | "max"} */
export function betterIs(tag) {
  return GAINS.test(tag.replace(/([a-z])([A-Z])/g, "$1_$2")) ? "max" : "min";
}

/** The best value and its step. @param {Stats} stats @param {string} tag */
export function bestOf(stats, tag) {
  return betterIs(tag) === "max"
    ? { value: stats.max, step: stats.maxStep }
    : { value: stats.min, step: stats.minStep };
}

function createSum() {
  /** @type {Stats} */
  const stats = {
    count: 0,
    odd: 0,
    first: Number.NaN,
    firstStep: Number.NaN,
    last: Number.NaN,
    lastStep: Number.NaN,
    min: Infinity,
    minStep: Number.NaN,
    max: -Infinity,
    maxStep: Number.NaN,
    mean: Number.NaN,
    change: Number.NaN,
    relative: Number.NaN,
    area: 0,
  };
  let total = 0;

  /** @param {number} step @param {number} value */
  function add(step, value) {
    stats.count++;
    if (!Number.isFinite(value)) {
      stats.odd++;
      return;
    }
    if (stats.count - stats.odd === 1) Object.assign(stats, { first: value, firstStep: step });
    else stats.area += ((stats.last + value) / 2) * (step - stats.lastStep);
    if (value < stats.min) Object.assign(stats, { min: value, minStep: step });
    if (value > stats.max) Object.assign(stats, { max: value, maxStep: step });
    stats.last = value;
    stats.lastStep = step;
    total += value;
  }

  function finish() {
    if (stats.count === 0) return null;
    const finite = stats.count - stats.odd;
    if (finite === 0) return { ...stats, min: Number.NaN, max: Number.NaN, area: Number.NaN };
    const change = stats.last - stats.first;
    return { ...stats, mean: total / finite, change, relative: change / stats.first };
  }

  return { add, stats: finish };
}
