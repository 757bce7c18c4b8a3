// Several runs as one curve: their mean or median and a band about it, at steps that they share or that are made common.

import { readRegex } from "../regex.js";

/** @import { Columns, SettingValues } from "../types.ts" */
/** @typedef {Columns & { low: Float64Array, high: Float64Array, count: Float64Array, grid: "union" | "even" }} Band */

/** The most cells, members times steps, that are reckoned one by one; above it the grid is made even. */
const CELLS = 4_000_000;
const EVEN_STEPS = 2_000;

/** Student's t, two-sided 95 %, by degrees of freedom from 1 to 30. */
const T95 = [
  12.706205, 4.302653, 3.182446, 2.776445, 2.570582, 2.446912, 2.364624, 2.306004, 2.262157, 2.228139,
  2.200985, 2.178813, 2.160369, 2.144787, 2.13145, 2.119905, 2.109816, 2.100922, 2.093024, 2.085963, 2.079614,
  2.073873, 2.068658, 2.063899, 2.059539, 2.055529, 2.05183, 2.048407, 2.04523, 2.042272,
];
const Z95 = 1.959964;

/** How much wider a median's standard error is than a mean's, of many normal values. */
const MEDIAN_ERROR = Math.sqrt(Math.PI / 2);

/**
 * Which runs stand together, by what the pattern captures, or by the value of a hyperparameter; a run that it says
 * nothing about stays alone, outside all groups.
 * @param {SettingValues["groups"]} groups @param {Iterable<string>} runs
 * @param {(run: string) => Record<string, unknown> | undefined} [hparamsOf]
 * @returns {Map<string, string[]>} name of the group ► its runs, in order of appearance
 */
export function groupRuns(groups, runs, hparamsOf = () => undefined) {
  const nameOf = groups.by === "hparam" ? hparamName(groups.pattern, hparamsOf) : regexName(groups.pattern);
  /** @type {Map<string, string[]>} */
  const found = new Map();
  if (groups.by === "none" || !groups.pattern) return found;
  for (const run of runs) {
    const name = nameOf(run);
    if (name === null) continue;
    const members = found.get(name);
    if (members) members.push(run);
    else found.set(name, [run]);
  }
  return found;
}

/** @param {string} pattern @returns {(run: string) => string | null} */
function regexName(pattern) {
  const regex = readRegex(pattern);
  return (run) => regex.groups(run)?.join(" · ") ?? null;
}

/**
 * @param {string} name @param {(run: string) => Record<string, unknown> | undefined} hparamsOf
 * @returns {(run: string) => string | null}
 */
function hparamName(name, hparamsOf) {
  return (run) => {
    const hparams = hparamsOf(run);
    return hparams && Object.hasOwn(hparams, name) ? `${name}=${hparams[name]}` : null;
  };
}

/**
 * The members' common curve. Steps: all that any member has (`grid: "union"`), a member's value between two of its own
 * being interpolated and none being made up before its first or after its last; where that would be too many, evenly
 * spaced ones (`grid: "even"`).
 * @param {Columns[]} members
 * @param {{ statistic: "mean" | "median", band: "minmax" | "std" | "confidence" | "none" }} how
 *   `std` is that of a sample (n - 1), `confidence` 95 % by Student's t
 * @returns {Band}
 */
export function aggregate(members, { statistic, band }) {
  const lines = members.map(cleaned).filter((line) => line.length > 0);
  const { step, grid } = gridOf(lines);
  const out = emptyBand(step, grid);
  const walkers = lines.map(createWalker);
  const column = new Float64Array(lines.length);
  for (let i = 0; i < step.length; i++) {
    let count = 0;
    let wall = 0;
    for (const walker of walkers) {
      if (!walker.reach(step[i])) continue;
      column[count++] = walker.value;
      wall += walker.wall;
    }
    put(out, i, column.subarray(0, count), wall / count, statistic, band);
  }
  return out;
}

/** @param {Float64Array} step @param {"union" | "even"} grid @returns {Band} */
function emptyBand(step, grid) {
  const room = () => new Float64Array(step.length);
  return {
    step,
    wall: room(),
    value: room(),
    low: room(),
    high: room(),
    count: room(),
    length: step.length,
    grid,
  };
}

/**
 * @param {Band} out @param {number} at @param {Float64Array} values @param {number} wall
 * @param {"mean" | "median"} statistic @param {"minmax" | "std" | "confidence" | "none"} band
 */
function put(out, at, values, wall, statistic, band) {
  values.sort();
  const mean = meanOf(values);
  const middle = statistic === "mean" ? mean : medianOf(values);
  const half = band === "none" ? 0 : halfWidth(values, mean, statistic, band);
  out.value[at] = middle;
  out.wall[at] = wall;
  out.count[at] = values.length;
  out.low[at] = band === "minmax" ? values[0] : middle - half;
  out.high[at] = band === "minmax" ? values[values.length - 1] : middle + half;
}

/** @param {Float64Array} values @param {number} mean @param {string} statistic @param {string} band */
function halfWidth(values, mean, statistic, band) {
  const n = values.length;
  if (n < 2) return 0;
  let squares = 0;
  for (const value of values) squares += (value - mean) ** 2;
  const deviation = Math.sqrt(squares / (n - 1));
  if (band === "std") return deviation;
  const error = (deviation / Math.sqrt(n)) * (statistic === "median" ? MEDIAN_ERROR : 1);
  return error * student(n - 1);
}

/** @param {number} freedom */
function student(freedom) {
  if (freedom <= T95.length) return T95[freedom - 1];
  const z = Z95;
  return z + (z ** 3 + z) / (4 * freedom) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * freedom ** 2);
}

/** @param {Float64Array} values */
function meanOf(values) {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** @param {Float64Array} sorted */
function medianOf(sorted) {
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Finite points by ascending step; of two at one step the later. @param {Columns} columns @returns {Columns} */
function cleaned(columns) {
  const { step, wall, value, length } = columns;
  if (isClean(columns)) return columns;
  const order = [...Array(length).keys()].filter((i) => Number.isFinite(value[i]));
  order.sort((a, b) => step[a] - step[b] || a - b);
  const kept = order.filter((i, at) => step[order[at + 1]] !== step[i]);
  const pick = (/** @type {Float64Array} */ from) => Float64Array.from(kept, (i) => from[i]);
  return { step: pick(step), wall: pick(wall), value: pick(value), length: kept.length };
}

/** @param {Columns} columns */
function isClean({ step, value, length }) {
  for (let i = 0; i < length; i++)
    if (!Number.isFinite(value[i]) || (i > 0 && step[i] <= step[i - 1])) return false;
  return true;
}

/** @param {Columns[]} lines @returns {{ step: Float64Array, grid: "union" | "even" }} */
function gridOf(lines) {
  const union = unionOf(lines);
  if (union.length * lines.length <= CELLS || union.length <= EVEN_STEPS)
    return { step: union, grid: "union" };
  const [first, last] = [union[0], union[union.length - 1]];
  const gap = (last - first) / (EVEN_STEPS - 1);
  const step = Float64Array.from({ length: EVEN_STEPS }, (_, i) => first + i * gap);
  // Rounding may end it beyond the last, where no member is.
  step[EVEN_STEPS - 1] = last;
  return { step, grid: "even" };
}

/** @param {Columns[]} lines */
function unionOf(lines) {
  if (lines.length === 0) return new Float64Array(0);
  const first = lines[0];
  if (lines.every((line) => sameSteps(line, first))) return first.step.slice(0, first.length);
  const all = new Float64Array(lines.reduce((sum, line) => sum + line.length, 0));
  let at = 0;
  for (const line of lines) {
    all.set(line.step.subarray(0, line.length), at);
    at += line.length;
  }
  all.sort();
  return all.filter((step, i) => i === 0 || step !== all[i - 1]);
}

/** @param {Columns} a @param {Columns} b */
function sameSteps(a, b) {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a.step[i] !== b.step[i]) return false;
  return true;
}

/** Goes along a line's steps, which are asked for in ascending order. @param {Columns} line */
function createWalker({ step, wall, value, length }) {
  let at = 0;
  const walker = { value: 0, wall: 0, reach };

  /** Whether the line is there at this step; its value and time then stand in the walker. @param {number} to */
  function reach(to) {
    if (length === 0 || to < step[0] || to > step[length - 1]) return false;
    while (step[at] < to) at++;
    const part = step[at] === to ? 1 : (to - step[at - 1]) / (step[at] - step[at - 1]);
    walker.value = between(value, part);
    walker.wall = between(wall, part);
    return true;
  }

  /** @param {Float64Array} values @param {number} part */
  function between(values, part) {
    return part === 1 ? values[at] : values[at - 1] + (values[at] - values[at - 1]) * part;
  }

  return walker;
}
