// Curves to pixels, column by column and the foremost first: a canvas takes 10 µs for each stroke of a jagged line.

import { behind, inkOf, turn } from "./pixel.js";

/** @import { Path } from "./buckets.js" */

/** Where no curve is. */
const NONE = Number.POSITIVE_INFINITY;
/** What is as good as opaque: nothing behind it is seen, so nothing is reckoned. */
const FULL = 0xfc000000;
/** With more turns than this a path is a thicket, and its columns are filled. */
const TURNS = 400;

/** @typedef {ReturnType<typeof createRaster>} Raster */
/** @typedef {{ color: string, alpha: number, width: number, dash: number[] }} Pen  width and dash in pixels of the canvas */

export function createRaster() {
  const canvas = document.createElement("canvas");
  const ctx = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  let width = 0;
  let height = 0;
  let image = new ImageData(1, 1);
  /** Column after column, since columns are what is filled. */
  let pixels = new Uint32Array(0);
  /** Of each column a stretch that nothing behind it can change. */
  let fullFrom = new Int32Array(0);
  let fullTo = new Int32Array(0);
  /** Of each part of a column the least and greatest y that the curve takes, and what its stroke covers. */
  let low = new Float32Array(0);
  let high = new Float32Array(0);
  let top = new Float32Array(0);
  let bottom = new Float32Array(0);

  /** @param {number} wide @param {number} tall */
  function begin(wide, tall) {
    if (wide !== width || tall !== height) {
      [width, height] = [wide, tall];
      image = new ImageData(width, height);
      pixels = new Uint32Array(width * height);
      [fullFrom, fullTo] = [new Int32Array(width), new Int32Array(width)];
    } else pixels.fill(0);
    fullFrom.fill(0);
    fullTo.fill(0);
  }

  /**
   * @param {Path} path in pixels of the plotting area @param {Pen} pen
   * @param {number} parts of a column: more of them make steep lines smoother; 0 draws whole pixels, roughly and fast
   */
  function line(path, pen, parts) {
    if (parts === 0) return rough(path, pen);
    for (const ahead of aheadOf(path)) stroke(ahead, pen, parts);
  }

  /** @param {Path} path whose x never goes back @param {Pen} pen @param {number} parts */
  function stroke(path, pen, parts) {
    const count = width * parts;
    reset(count);
    spread(path, parts, count);
    if (pen.dash.length) interrupt(pen.dash, parts, count);
    thicken(pen.width / 2, parts, count);
    fill(pen, parts);
  }

  /** @param {Path} path @param {Pen} pen */
  function rough(path, { color, alpha }) {
    const ink = inkOf(ctx, color);
    const part = Math.round(alpha * 256);
    reset(width);
    spread(path, 1, width);
    for (let x = 0; x < width; x++) {
      if (!(low[x] < height && high[x] >= 0)) continue;
      const from = low[x] > 0 ? low[x] | 0 : 0;
      stretch(x, from, Math.min(height, Math.max(from + 1, Math.round(high[x]))), ink, part);
    }
  }

  /** @param {number} count of the parts that will be asked for */
  function reset(count) {
    if (low.length < count)
      [low, high, top, bottom] = [low, high, top, bottom].map(() => new Float32Array(count));
    low.fill(NONE, 0, count);
    high.fill(-NONE, 0, count);
  }

  /** @param {Path} path @param {number} parts @param {number} count */
  function spread({ x, y, length }, parts, count) {
    for (let i = 1; i < length; i++) {
      const x0 = x[i - 1] * parts;
      const x1 = x[i] * parts;
      // Where one of them is not a number, there is no line.
      if (Number.isNaN(y[i] + y[i - 1])) continue;
      if (x1 >= x0) segment(x0, y[i - 1], x1, y[i], count);
      else segment(x1, y[i], x0, y[i - 1], count);
    }
  }

  /** @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1 @param {number} count */
  function segment(x0, y0, x1, y1, count) {
    const first = Math.max(0, Math.floor(x0));
    const last = Math.min(count - 1, Math.floor(x1));
    const slope = x1 > x0 ? (y1 - y0) / (x1 - x0) : 0;
    let from = x0 >= first ? y0 : y0 + (first - x0) * slope;
    for (let i = first; i <= last; i++) {
      const to = i + 1 >= x1 ? y1 : y0 + (i + 1 - x0) * slope;
      const least = from < to ? from : to;
      const most = from < to ? to : from;
      if (least < low[i]) low[i] = least;
      if (most > high[i]) high[i] = most;
      from = to;
    }
  }

  /** Leaves out what lies between dashes, by the length of the curve. @param {number[]} dash @param {number} parts @param {number} count */
  function interrupt(dash, parts, count) {
    const whole = dash.reduce((sum, part) => sum + part, 0);
    let gone = 0;
    for (let i = 0; i < count; i++) {
      if (low[i] === NONE) continue;
      const tall = Math.min(high[i] - low[i], 3 / parts);
      gone += Math.sqrt(1 / parts ** 2 + tall ** 2);
      let at = gone % whole;
      let n = 0;
      while (at >= dash[n]) at -= dash[n++];
      if (n % 2) {
        low[i] = NONE;
        high[i] = -NONE;
      }
    }
  }

  /** A disc moved along the curve. @param {number} radius @param {number} parts @param {number} count */
  function thicken(radius, parts, count) {
    const reach = radius * parts < 0.75 ? 0 : Math.round(radius * parts);
    const half = Array.from({ length: reach + 1 }, (_, k) =>
      Math.sqrt(Math.max(0, radius ** 2 - (k / parts) ** 2)),
    );
    for (let i = 0; i < count; i++) {
      let least = low[i] - radius;
      let most = high[i] + radius;
      for (let k = 1; k <= reach; k++) {
        const tall = half[k];
        if (i >= k && low[i - k] - tall < least) least = low[i - k] - tall;
        if (i >= k && high[i - k] + tall > most) most = high[i - k] + tall;
        if (i + k < count && low[i + k] - tall < least) least = low[i + k] - tall;
        if (i + k < count && high[i + k] + tall > most) most = high[i + k] + tall;
      }
      top[i] = least;
      bottom[i] = most;
    }
  }

  /** @param {Pen} pen @param {number} parts */
  function fill({ color, alpha }, parts) {
    const ink = inkOf(ctx, color);
    const part = Math.round(alpha * 256);
    const share = part / parts;
    for (let x = 0; x < width; x++) {
      // From `first` to `last` some part of the column is covered, from `from` to `to` all of them.
      let first = height;
      let last = 0;
      let from = 0;
      let to = height;
      for (let i = x * parts; i < (x + 1) * parts; i++) {
        if (top[i] < first) first = top[i];
        if (bottom[i] > last) last = bottom[i];
        if (top[i] > from) from = top[i];
        if (bottom[i] < to) to = bottom[i];
      }
      if (first >= last || last <= 0 || first >= height) continue;
      first = Math.max(0, Math.floor(first));
      last = Math.min(height, Math.ceil(last));
      from = Math.min(last, Math.ceil(from));
      to = Math.max(from, Math.floor(to));
      edge(x, first, from, parts, share, ink);
      solid(x, from, to, ink, part);
      edge(x, to, last, parts, share, ink);
    }
  }

  /** @param {number} x @param {number} from @param {number} to @param {number} ink @param {number} part */
  function solid(x, from, to, ink, part) {
    const [begin, end] = [fullFrom[x], fullTo[x]];
    if (begin >= to || end <= from) stretch(x, from, to, ink, part);
    else {
      if (from < begin) stretch(x, from, begin, ink, part);
      if (to > end) stretch(x, end, to, ink, part);
    }
    if (part === 256) known(x, from, to);
  }

  /** @param {number} x @param {number} from @param {number} to @param {number} ink @param {number} part of 256 */
  function stretch(x, from, to, ink, part) {
    const end = x * height + to;
    for (let at = x * height + from; at < end; at++) {
      const before = pixels[at];
      if (before < FULL) pixels[at] = behind(before, ink, part);
    }
  }

  /** What is opaque now joins what was, or stands for it where it is longer. @param {number} x @param {number} from @param {number} to */
  function known(x, from, to) {
    const [begin, end] = [fullFrom[x], fullTo[x]];
    if (from <= end && to >= begin && end > begin) {
      if (from < begin) fullFrom[x] = from;
      if (to > end) fullTo[x] = to;
    } else if (to - from > end - begin) {
      fullFrom[x] = from;
      fullTo[x] = to;
    }
  }

  /** Pixels that the parts of a column cover in part. @param {number} x @param {number} from @param {number} to @param {number} parts @param {number} share @param {number} ink */
  function edge(x, from, to, parts, share, ink) {
    for (let y = from, at = x * height + from; y < to; y++, at++) {
      if (pixels[at] >= FULL) continue;
      let covered = 0;
      for (let i = x * parts; i < (x + 1) * parts; i++) {
        const upper = top[i] > y ? top[i] : y;
        const lower = bottom[i] < y + 1 ? bottom[i] : y + 1;
        if (lower > upper) covered += lower - upper;
      }
      const part = (covered * share + 0.5) | 0;
      if (part > 0) pixels[at] = behind(pixels[at], ink, part);
    }
  }

  /** What lies between two paths, thin. @param {Path} upper @param {Path} lower @param {string} color @param {number} alpha */
  function band(upper, lower, color, alpha) {
    reset(width);
    spread(upper, 1, width);
    spread(lower, 1, width);
    top.set(low.subarray(0, width));
    bottom.set(high.subarray(0, width));
    fill({ color, alpha, width: 0, dash: [] }, 1);
  }

  /** What was painted so far, on the canvas. */
  function show() {
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    turn(pixels, new Uint32Array(image.data.buffer), width, height);
    ctx.putImageData(image, 0, 0);
  }

  return { canvas, begin, line, band, show };
}

/**
 * A path in stretches whose x doesn't go back: a column holds one of them, else all between two would be filled.
 * @param {Path} path @returns {Path[]}
 */
function aheadOf({ x, y, length }) {
  /** @type {Path[]} */
  const found = [];
  const add = (/** @type {number} */ from, /** @type {number} */ to) =>
    found.push({ x: x.subarray(from, to), y: y.subarray(from, to), length: to - from });
  let from = 0;
  for (let i = 1; i < length && found.length < TURNS; i++) {
    if (!(x[i] < x[i - 1])) continue;
    add(from, i);
    if (!Number.isNaN(y[i - 1] + y[i])) add(i - 1, i + 1);
    from = i;
  }
  add(from, length);
  return found;
}
