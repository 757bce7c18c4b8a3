// A series as it is drawn: raw and smoothed values with their pyramids, brought up to date by what came since.

import { createPyramid } from "./buckets.js";
import { createSmoother } from "./math/smoothing.js";

/** @import { Series, Smoothing, XAxis } from "./types.ts" */

/** @typedef {ReturnType<typeof createCurve>} Curve */

/** @param {Series} series */
export function createCurve(series) {
  const raw = createPyramid();
  let smoothed = createPyramid();
  let smoother = createSmoother({ kind: "none", amount: 0 });
  let smoothKey = "";
  /** @type {Smoothing | null} */
  let asked = null;
  let askedBy = "";
  let known = { version: -1, revision: -1, length: 0, exact: false };
  let done = 0;
  const sorted = { step: true, wall: true };

  const curve = {
    series,
    /** @type {import("./types.ts").Columns} */
    columns: series.columns(),
    /** @type {Float64Array} */
    smooth: new Float64Array(0),
    raw,
    get smoothed() {
      return smoothed;
    },
    /** Whether smoothing changes anything here. */
    isSmooth: false,
    /** Whether it is parted where x begins anew. */
    parted: false,
    sorted,
    /** @type {number[]} where the values are not finite, ascending */
    odd: [],
    refresh,
    line,
    rawLine,
  };

  /** @param {Smoothing} smoothing @param {"step" | "wall"} by */
  function refresh(smoothing, by) {
    const isKnown = series.revision === known.revision && series.version === known.version;
    if (isKnown && smoothing === asked && by === askedBy) return;
    [asked, askedBy] = [smoothing, by];
    const columns = series.columns();
    curve.columns = columns;
    // Only the time-weighted average cares what time is: another x axis smooths nothing anew.
    const key = `${smoothing.kind} ${smoothing.amount} ${smoothing.kind === "twema" ? by : ""}`;
    if (isKnown && key === smoothKey) return;
    const kept = keptOf(columns);
    raw.extend(columns.value, columns.length, kept);
    survey(columns, kept);
    resmooth(columns, smoothing, by, key, kept);
    const exact = columns.exact ?? true;
    known = { version: series.version, revision: series.revision, length: columns.length, exact };
  }

  /** How many points are surely the same as before. @param {import("./types.ts").Columns} columns */
  function keptOf(columns) {
    const grown = series.version === known.version && known.exact && (columns.exact ?? true);
    return grown && columns.length >= known.length ? known.length : 0;
  }

  /** @param {import("./types.ts").Columns} columns @param {number} kept */
  function survey({ step, wall, value, length }, kept) {
    if (kept === 0) {
      curve.odd = [];
      sorted.step = sorted.wall = true;
    }
    for (let i = kept; i < length; i++) {
      if (!Number.isFinite(value[i])) curve.odd.push(i);
      if (i > 0 && step[i] < step[i - 1]) sorted.step = false;
      if (i > 0 && wall[i] < wall[i - 1]) sorted.wall = false;
    }
  }

  /**
   * @param {import("./types.ts").Columns} columns @param {Smoothing} smoothing @param {"step" | "wall"} by
   * @param {string} key @param {number} kept
   */
  function resmooth(columns, smoothing, by, key, kept) {
    if (key !== smoothKey) {
      smoother = createSmoother(smoothing, by);
      smoothed = createPyramid();
      smoothKey = key;
      done = 0;
    }
    curve.isSmooth = smoothing.kind !== "none" && smoothing.amount > 0;
    if (!curve.isSmooth) {
      curve.smooth = columns.value;
      smoothed = raw;
      return;
    }
    curve.smooth = smoother.extend(columns, Math.min(kept, done));
    smoothed.extend(curve.smooth, columns.length, Math.min(kept, done));
    done = columns.length;
  }

  /** @param {XAxis} axis @param {number} origin */
  function line(axis, origin) {
    const { x, sorted } = abscissa(axis);
    const offset = axis === "relstep" ? (x[0] ?? 0) : origin;
    const { smooth: y, parted, columns } = curve;
    return { x, offset, sorted, parted, y, length: columns.length, pyramid: smoothed };
  }

  /** @param {XAxis} axis @param {number} origin */
  function rawLine(axis, origin) {
    return { ...line(axis, origin), y: curve.columns.value, pyramid: raw };
  }

  /** @param {XAxis} axis */
  function abscissa(axis) {
    const by = columnOf(axis);
    return { x: curve.columns[by], sorted: sorted[by] };
  }

  return curve;
}

/** @param {XAxis} axis @returns {"step" | "wall"} */
export function columnOf(axis) {
  return axis === "step" || axis === "relstep" ? "step" : "wall";
}
