// What a chart's axes span: all points, or those between the percentiles, with a little room around.

import { unwarp, warp } from "./chart.js";
import { valueRange } from "./math/percentiles.js";
import { indexAt } from "./paint.js";

/** @import { Line } from "./buckets.js" */
/** @import { Extent } from "./chart.js" */
/** @import { Limits, YScale } from "./types.ts" */

/** Percentiles of more points than this are those of evenly picked ones: less than a pixel away, and a frame sooner. */
const PICKED = 50_000;
/** And than this where one pans or zooms. */
const PASSING = 15_000;

/** @param {Line[]} lines @param {boolean} log @returns {Extent | null} */
export function spanX(lines, log) {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const line of lines) {
    if (line.length === 0) continue;
    const [first, last] = line.sorted ? ends(line, log) : leastAndGreatest(line, log);
    if (first < low) low = first;
    if (last > high) high = last;
  }
  if (low > high) return null;
  return low === high ? around(low, log) : { low, high };
}

/** @param {Line} line @param {boolean} log */
function ends(line, log) {
  let from = log ? indexAt(line, 0) : 0;
  while (log && line.x[from] <= line.offset) from++;
  if (from >= line.length) return [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return [line.x[from] - line.offset, line.x[line.length - 1] - line.offset];
}

/** @param {Line} line @param {boolean} log */
function leastAndGreatest(line, log) {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < line.length; i++) {
    const x = line.x[i] - line.offset;
    if (log && x <= 0) continue;
    if (x < low) low = x;
    if (x > high) high = x;
  }
  return [low, high];
}

/** @param {number} x @param {boolean} log */
function around(x, log) {
  return log ? { low: x / 2, high: x * 2 } : { low: x - 0.5, high: x + 0.5 };
}

/**
 * @param {Line[]} lines @param {Extent | null} view of x; null for all
 * @param {{ y: YScale, outliers: boolean, zero: boolean, limits: Limits | null }} wish  outliers: whether they count
 * @returns {Extent}
 */
export function spanY(lines, view, { y, outliers, zero, limits }) {
  const log = y === "log";
  let found = outliers ? extremes(lines, view, log) : percentiles(lines, view, log);
  if (found.low > found.high) found = log ? { low: 0.1, high: 1 } : { low: 0, high: 1 };
  if (zero && !log) found = { low: Math.min(0, found.low), high: Math.max(0, found.high) };
  return limited(padded(found, y, zero), limitOf(limits?.[0], log), limitOf(limits?.[1], log), log);
}

/**
 * A limit stands wherever the curves are, and two of them whichever was typed first.
 * @param {Extent} room @param {number | null | undefined} from @param {number | null | undefined} to @param {boolean} log
 */
function limited(room, from, to, log) {
  const [low, high] = [from ?? room.low, to ?? room.high];
  if (low < high) return { low, high };
  if (low > high && !isNone(from) && !isNone(to)) return { low: high, high: low };
  const still = isNone(from) ? high : low;
  const more = Math.max(Math.abs(still) * 0.1, 1e-9);
  if (isNone(from)) return { low: log ? still / 10 : still - more, high: still };
  return { low: still, high: log ? still * 10 : still + more };
}

/** @param {number | null | undefined} limit */
function isNone(limit) {
  return limit === null || limit === undefined;
}

/** A log axis has no end at zero, nor below. @param {number | null | undefined} limit @param {boolean} log */
function limitOf(limit, log) {
  return log && !(Number(limit) > 0) ? null : limit;
}

/** @param {Line[]} lines @param {Extent | null} view @param {boolean} log @returns {Extent} */
function extremes(lines, view, log) {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const line of lines) {
    const found = extentOf(line, view, log);
    high = Math.max(high, found.high);
    low = Math.min(low, found.low);
  }
  return { low, high };
}

/** @param {Line} line @param {Extent | null} view @param {boolean} log @returns {Extent} */
function extentOf(line, view, log) {
  if (view && !line.sorted) {
    const [low, high] = valueRange([visible(line, view)], { ignore: false, positive: log }) ?? [
      Infinity,
      -Infinity,
    ];
    return { low, high };
  }
  const [from, to] = within(line, view);
  const { low, high } = line.pyramid.extent(from, to);
  return { low: log && low <= 0 ? leastPositive(line, from, to) : low, high };
}

/** @param {Line} line @param {Extent | null} view @returns {[from: number, to: number]} */
export function within(line, view) {
  if (!view || !line.sorted) return [0, line.length];
  const from = indexAt(line, view.low);
  let to = indexAt(line, view.high);
  while (to < line.length && line.x[to] - line.offset <= view.high) to++;
  return [from, to];
}

/** @param {Line} line @param {number} from @param {number} to */
function leastPositive(line, from, to) {
  let least = Number.POSITIVE_INFINITY;
  for (let i = from; i < to; i++) if (line.y[i] > 0 && line.y[i] < least) least = line.y[i];
  return least;
}

/** The 5th to the 95th of all visible points. @param {Line[]} lines @param {Extent | null} view @param {boolean} log @returns {Extent} */
function percentiles(lines, view, log) {
  const range = valueRange(
    lines.map((line) => visible(line, view)),
    { positive: log, most: view ? PASSING : PICKED },
  );
  return range ? { low: range[0], high: range[1] } : { low: 1, high: 0 };
}

/** @param {Line} line @param {Extent | null} view */
function visible(line, view) {
  if (view && !line.sorted) {
    const { x, offset, length } = line;
    return line.y.filter((_, i) => i < length && x[i] - offset >= view.low && x[i] - offset <= view.high);
  }
  const [from, to] = within(line, view);
  return from === 0 && to === line.y.length ? line.y : line.y.subarray(from, to);
}

/** @param {Extent} extent @param {YScale} y @param {boolean} zero @returns {Extent} */
function padded({ low, high }, y, zero) {
  if (y === "log") {
    // Not by their ratio, which may be no number any more.
    const room = high > low ? 10 ** ((Math.log10(high) - Math.log10(low)) * 0.05) : 1.5;
    return { low: low / room || low, high: Math.min(high * room, Number.MAX_VALUE) };
  }
  if (y === "symlog") return unwarped(low, high);
  const room = isWide(low, high, EVEN) ? (high - low) * 0.06 : Math.max(Math.abs(low) * 0.1, 1e-9);
  return {
    low: zero && low === 0 ? 0 : low - room,
    high: zero && high === 0 ? 0 : high + room,
  };
}

/** Smoothed, equal values differ by so much, as a part of them. */
const EVEN = 1e-9;
/** Narrower, as a part of its values, an axis has no ticks that numbers can tell apart. */
const NARROW = 1e-12;

/** @param {number} low @param {number} high @param {number} part */
function isWide(low, high, part) {
  return high - low > Math.max(Math.abs(low), Math.abs(high)) * part;
}

/** An extent that has ticks: however far one zooms in. @param {Extent} extent @returns {Extent} */
export function roomy({ low, high }) {
  if (isWide(low, high, NARROW)) return { low, high };
  const half = Math.max(Math.abs(low), Math.abs(high)) * NARROW || 1e-300;
  return { low: low - half, high: high + half };
}

/** @param {number} low @param {number} high @returns {Extent} */
function unwarped(low, high) {
  const [bottom, top] = [low, high].map(warp("symlog"));
  const room = Math.max((top - bottom) * 0.05, 0.1);
  return { low: unwarp("symlog")(bottom - room), high: unwarp("symlog")(top + room) };
}

/**
 * Where one zoomed, as far as an axis can show it: an axis that became logarithmic since may not reach so low.
 * @param {Extent | null} zoom @param {boolean} log @returns {Extent | null}
 */
export function reachable(zoom, log) {
  if (!zoom || !Number.isFinite(zoom.high - zoom.low)) return null;
  return log && zoom.low <= 0 ? null : zoom;
}

/** @param {Extent} extent @param {YScale} kind @param {number} by a part of its length @returns {Extent} */
export function moved({ low, high }, kind, by) {
  const [from, to] = [low, high].map(warp(kind));
  const way = (to - from) * by;
  return { low: unwarp(kind)(from + way), high: unwarp(kind)(to + way) };
}

/** @param {Extent} extent @param {YScale} kind @param {number} at a part of its length that stays @param {number} factor @returns {Extent} */
export function scaled({ low, high }, kind, at, factor) {
  const [from, to] = [low, high].map(warp(kind));
  const still = from + (to - from) * at;
  return {
    low: unwarp(kind)(still - (still - from) * factor),
    high: unwarp(kind)(still + (to - still) * factor),
  };
}
