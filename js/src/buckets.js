// A curve at the screen's grain: first, least, greatest and last of each column of pixels, whatever the number of points.

/** How many entries one entry of the next level stands for. */
const FAN = 8;
/** So few values are looked through as fast; ten thousand short series have no levels to hold. */
const SHORT = 256;

/**
 * Least and greatest finite value of any range of an array that grows, in O(log n).
 * @typedef {ReturnType<typeof createPyramid>} Pyramid
 */
export function createPyramid() {
  /** @type {{ low: Float64Array, high: Float64Array }[]} */
  let levels = [];
  /** @type {Float64Array} */
  let values = new Float64Array(0);
  let length = 0;
  const found = { low: 0, high: 0 };

  /** @param {Float64Array} next @param {number} count how many of them count @param {number} kept how many are as before */
  function extend(next, count, kept = length) {
    values = next;
    let from = Math.min(kept, length, count);
    length = count;
    let lows = values;
    let highs = values;
    let level = 0;
    for (let size = count > SHORT ? count : 0; size > FAN; level++) {
      const blocks = Math.ceil(size / FAN);
      from = levels[level] ? Math.floor(from / FAN) : 0;
      levels[level] = roomFor(levels[level], blocks);
      summarize(lows, highs, size, levels[level], from);
      ({ low: lows, high: highs } = levels[level]);
      size = blocks;
    }
    levels = levels.slice(0, level);
  }

  /** The same object each time: low above high where no value is finite. @param {number} from @param {number} to */
  function extent(from, to) {
    found.low = Number.POSITIVE_INFINITY;
    found.high = Number.NEGATIVE_INFINITY;
    let lows = values;
    let highs = values;
    for (let level = 0; ; level++) {
      if (to - from < 2 * FAN || level >= levels.length) {
        widen(found, lows, highs, from, to);
        return found;
      }
      const first = Math.ceil(from / FAN);
      const last = Math.floor(to / FAN);
      widen(found, lows, highs, from, first * FAN);
      widen(found, lows, highs, last * FAN, to);
      from = first;
      to = last;
      ({ low: lows, high: highs } = levels[level]);
    }
  }

  return { extend, extent };
}

/**
 * @param {Float64Array} lows @param {Float64Array} highs @param {number} size
 * @param {{ low: Float64Array, high: Float64Array }} level @param {number} from the first block to make anew
 */
function summarize(lows, highs, size, level, from) {
  for (let block = from; block * FAN < size; block++) {
    const to = Math.min(size, (block + 1) * FAN);
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (let i = block * FAN; i < to; i++) {
      if (lows[i] < low && lows[i] !== Number.NEGATIVE_INFINITY) low = lows[i];
      if (highs[i] > high && highs[i] !== Number.POSITIVE_INFINITY) high = highs[i];
    }
    level.low[block] = low;
    level.high[block] = high;
  }
}

/**
 * @param {{ low: number, high: number }} found @param {Float64Array} lows @param {Float64Array} highs
 * @param {number} from @param {number} to
 */
function widen(found, lows, highs, from, to) {
  let { low, high } = found;
  for (let i = from; i < to; i++) {
    const below = lows[i];
    const above = highs[i];
    if (below < low && below !== Number.NEGATIVE_INFINITY) low = below;
    if (above > high && above !== Number.POSITIVE_INFINITY) high = above;
  }
  found.low = low;
  found.high = high;
}

/** @param {{ low: Float64Array, high: Float64Array } | undefined} level @param {number} size */
function roomFor(level, size) {
  if (level && level.low.length >= size) return level;
  const room = Math.max(size, 2 * (level?.low.length ?? 0));
  const grown = { low: new Float64Array(room), high: new Float64Array(room) };
  if (level) {
    grown.low.set(level.low);
    grown.high.set(level.high);
  }
  return grown;
}

/**
 * Points to join with straight lines; a NaN parts them. One for all curves: filled anew by each `trace`.
 * @typedef {ReturnType<typeof createPath>} Path
 */
export function createPath() {
  return { x: new Float64Array(4096), y: new Float64Array(4096), length: 0 };
}

/**
 * @typedef {{
 *   x: Float64Array, offset: number, y: Float64Array, length: number, sorted: boolean, parted?: boolean, pyramid: Pyramid,
 * }} Line
 *   the x that is shown is x[i] - offset
 */

/**
 * The path of a line through a grid of columns: what falls before and after the grid adds its nearest point.
 * @param {Line} line @param {Float64Array} edges of the columns, ascending @param {Path} path
 */
export function trace(line, edges, path) {
  path.length = 0;
  reserve(path, 4 * edges.length + 8);
  if (line.sorted) traceSorted(line, edges, path);
  else traceAll(line, path);
  return path;
}

/** @param {Line} line @param {Float64Array} edges @param {Path} path */
function traceSorted(line, edges, path) {
  const { x, offset, length } = line;
  const last = edges.length - 1;
  let from = lowerBound(x, edges[0] + offset, 0, length);
  if (from > 0) point(line, from - 1, path);
  const end = lowerBound(x, edges[last] + offset, from, length);
  // Fewer points than columns can show: each as it is, at its own place.
  if (end - from <= 2 * last) {
    reserve(path, end - from + 8);
    for (; from < end; from++) point(line, from, path);
  }
  for (let column = 1; from < end; column++) {
    const to = column === last ? end : gallop(x, edges[column] + offset, from, end);
    if (to > from) bucket(line, from, to, path);
    from = to;
  }
  if (end < length) point(line, end, path);
}

/**
 * Where x goes back and forth: all points in their order; no line leads back to where x begins anew.
 * @param {Line} line @param {Path} path
 */
function traceAll(line, path) {
  reserve(path, line.parted ? 2 * line.length : line.length);
  const anew = line.parted ? restarts(line.x) : () => false;
  for (let i = 0; i < line.length; i++) {
    if (anew(i)) put(path, line.x[i] - line.offset, Number.NaN);
    point(line, i, path);
  }
}

/**
 * Whether x begins anew at a place, asked in order: it goes back over more than half of what it came along since it last
 * did. Points that are merely out of order are no beginning.
 * @param {Float64Array} x
 */
function restarts(x) {
  let first = x[0];
  let most = x[0];
  return (/** @type {number} */ i) => {
    const back = i > 0 && most - x[i] > (most - first) / 2;
    if (back) first = x[i];
    if (back || x[i] > most) most = x[i];
    return back;
  };
}

/** @param {Line} line @param {number} from @param {number} to @param {Path} path */
function bucket(line, from, to, path) {
  if (to - from <= 4) {
    for (let i = from; i < to; i++) point(line, i, path);
    return;
  }
  const { low, high } = line.pyramid.extent(from, to);
  if (low > high) return;
  const middle = (line.x[from] + line.x[to - 1]) / 2 - line.offset;
  if (Number.isFinite(line.y[from])) point(line, from, path);
  put(path, middle, low);
  put(path, middle, high);
  if (Number.isFinite(line.y[to - 1])) point(line, to - 1, path);
}

/** @param {Line} line @param {number} i @param {Path} path */
function point(line, i, path) {
  const y = line.y[i];
  put(path, line.x[i] - line.offset, Number.isFinite(y) ? y : Number.NaN);
}

/** @param {Path} path @param {number} x @param {number} y */
function put(path, x, y) {
  path.x[path.length] = x;
  path.y[path.length] = y;
  path.length++;
}

/** @param {Path} path @param {number} room */
function reserve(path, room) {
  const needed = path.length + room;
  if (path.x.length >= needed) return;
  const { x, y } = path;
  path.x = new Float64Array(2 * needed);
  path.y = new Float64Array(2 * needed);
  path.x.set(x);
  path.y.set(y);
}

/**
 * The first index whose x is not below this one.
 * @param {Float64Array} x ascending @param {number} value @param {number} from @param {number} to
 */
export function lowerBound(x, value, from, to) {
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (x[middle] < value) from = middle + 1;
    else to = middle;
  }
  return from;
}

/** The same, looking near `from` first. @param {Float64Array} x @param {number} value @param {number} from @param {number} to */
function gallop(x, value, from, to) {
  let stride = 1;
  while (from + stride < to && x[from + stride] < value) stride *= 2;
  return lowerBound(x, value, from + (stride >> 1), Math.min(to, from + stride));
}
