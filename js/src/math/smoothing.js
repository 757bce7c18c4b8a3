// Curves smoothed over all their points, one pass, and O(k) for k points more.

/** @import { Columns, Smoothing } from "../types.ts" */
/** @typedef {(value: number, x: number) => number} Filter  one finite value in, the smoothed one out; keeps its own past */

/** How many gaps tell what a usual gap is. */
const GAPS = 64;

/**
 * A non-finite value passes through and is not accumulated; a constant series is returned untouched.
 * @param {Smoothing} smoothing
 * @param {"step" | "wall"} by what the time-weighted average takes for time
 */
export function createSmoother(smoothing, by = "step") {
  const make = filterMaker(smoothing);
  let filter = make();
  /** @type {Float64Array} */
  let out = new Float64Array(0);
  let done = 0;
  let constant = true;

  /**
   * The smoothed values of all points; a view, valid until the next call.
   * @param {Columns} columns
   * @param {number} kept how many points are the same as in the call before
   */
  function extend(columns, kept = done) {
    if (kept < done || columns.length < done) restart();
    out = roomFor(out, columns.length);
    const x = columns[by];
    const { value, length } = columns;
    for (; done < length; done++) {
      const y = value[done];
      constant &&= y === value[0];
      out[done] = Number.isFinite(y) ? filter(y, x[done]) : y;
    }
    return (constant ? value : out).subarray(0, length);
  }

  function restart() {
    filter = make();
    done = 0;
    constant = true;
  }

  return { extend };
}

/**
 * @param {Smoothing} smoothing @param {Columns} columns @param {"step" | "wall"} by
 */
export function smooth(smoothing, columns, by = "step") {
  return createSmoother(smoothing, by).extend(columns);
}

/**
 * How many points back a running mean or median looks, so that it lags as an average of this weight does.
 * @param {number} amount
 */
export function windowOf(amount) {
  return Math.max(1, Math.round((1 + amount) / (1 - amount)));
}

/** @param {Smoothing} smoothing @returns {() => Filter} */
function filterMaker({ kind, amount }) {
  const weight = Math.min(0.999, Math.max(0, Number(amount) || 0));
  if (kind === "none" || weight === 0) return () => (value) => value;
  if (kind === "twema") return () => timeWeighted(weight);
  if (kind === "mean") return () => runningMean(windowOf(weight));
  if (kind === "median") return () => runningMedian(windowOf(weight));
  return () => debiased(weight);
}

/** TensorBoard's: an exponential average that starts at 0, freed of that start. @param {number} weight @returns {Filter} */
function debiased(weight) {
  let last = 0;
  let count = 0;
  let bias = 1;
  return (value) => {
    last = last * weight + (1 - weight) * value;
    count += 1;
    // Below this, 1 - bias is 1, and the power is not worth its time.
    if (bias > 2 ** -54) bias = weight ** count;
    return last / (1 - bias);
  };
}

/**
 * The same where points are evenly spaced; else a point weighs less the further back it lies, in usual gaps.
 * The usual gap is the median of the first ones, so that what is drawn does not change when points come.
 * @param {number} weight @returns {Filter}
 */
function timeWeighted(weight) {
  const gap = usualGap();
  let sum = 0;
  let weights = 0;
  let before = Number.NaN;
  return (value, x) => {
    const passed = Math.max(0, x - before) || 0;
    const decay = weight ** (passed / gap(passed));
    before = x;
    sum = sum * decay + value;
    weights = weights * decay + 1;
    return sum / weights;
  };
}

/** The median of the gaps so far, fixed after some. */
function usualGap() {
  /** @type {number[]} */
  const gaps = [];
  let usual = 1;
  return (/** @type {number} */ gap) => {
    if (gap > 0 && gaps.length < GAPS) {
      gaps.splice(position(gaps, gaps.length, gap), 0, gap);
      usual = gaps[gaps.length >> 1];
    }
    return usual;
  };
}

/**
 * Of the last points, this one included. Sums are rebuilt from their parts, never by taking away: a spike of 1e20
 * leaves no trace when it has left.
 * @param {number} size @returns {Filter}
 */
function runningMean(size) {
  const ring = new Float64Array(size);
  const older = new Float64Array(size + 1);
  let count = 0;
  let newer = 0;
  return (value) => {
    const at = count % size;
    if (at === 0) {
      for (let i = size - 1; i >= 0; i--) older[i] = older[i + 1] + ring[i];
      newer = 0;
    }
    ring[at] = value;
    newer += value;
    count += 1;
    return (newer + older[at + 1]) / Math.min(count, size);
  };
}

/** Of the last points, this one included. @param {number} size @returns {Filter} */
function runningMedian(size) {
  const ring = new Float64Array(size);
  const sorted = new Float64Array(size + 1);
  let count = 0;
  let held = 0;
  return (value) => {
    const at = count % size;
    if (held === size) {
      const old = position(sorted, held, ring[at]);
      sorted.copyWithin(old, old + 1, held--);
    }
    ring[at] = value;
    count += 1;
    const place = position(sorted, held, value);
    sorted.copyWithin(place + 1, place, held++);
    sorted[place] = value;
    const middle = held >> 1;
    return held % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  };
}

/**
 * Where the first value stands that is not below this one.
 * @param {ArrayLike<number>} sorted @param {number} length @param {number} value
 */
function position(sorted, length, value) {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** @param {Float64Array} array @param {number} length */
function roomFor(array, length) {
  if (array.length >= length) return array;
  const grown = new Float64Array(Math.max(length, 2 * array.length, 64));
  grown.set(array);
  return grown;
}
