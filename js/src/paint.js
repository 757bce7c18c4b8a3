// Paints curves, bands, marks and what is not a number onto a chart's canvas.

import { createPath, lowerBound, trace } from "./buckets.js";

/** @import { Frame } from "./chart.js" */
/** @import { Line, Path } from "./buckets.js" */
/** @import { Raster } from "./raster.js" */

/**
 * @typedef {{ line: Line, color: string, width: number, alpha: number, dash: number[], second: boolean }} Stroke
 * @typedef {{ low: Line, high: Line, color: string, second: boolean }} Band
 * @typedef {{ x: number, color: string, text: string, kind: string, dash: number[] }} Mark
 * @typedef {{ line: Places, at: number[], color: string, second: boolean }} Odd  where a line is not a number
 * @typedef {Pick<Line, "x" | "offset" | "y" | "length">} Places
 * @typedef {{ strokes: Stroke[], bands: Band[], marks: Mark[], odd: Odd[], ink: string, font: string }} Scene
 * @typedef {{ x: number, y: number, radius: number, color: string }} Dot  what a line can't show, since it has no neighbour
 * @typedef {{
 *   frame: Frame, scene: Scene, grain: { x: number, y: number }, width: number, height: number, edges: Float64Array, dots: Dot[],
 * }} Plan  how curves are laid on a raster, whose pixels are `grain` of the canvas
 */

/** More points than this on one chart, and each curve gets fewer columns: nobody tells a thousand curves apart by the pixel. */
const POINTS = 240_000;
/** Above so many curves there are no dashes, and edges are no longer smoothed within a column. */
const CROWD = 60;
/** Not a number, and still shown one by one up to here on a curve. */
const ODD = 300;

const path = createPath();
const other = createPath();
/** @param {Frame} frame @param {Scene} scene @returns {Plan} */
export function planOf(frame, scene) {
  const crowd = scene.strokes.length;
  const grain = grainOf(crowd, frame.ratio);
  const width = Math.ceil(frame.width / grain.x);
  const height = Math.ceil(frame.height / grain.y);
  const columns = Math.max(24, Math.min(width, Math.floor(POINTS / (4 * crowd || 1))));
  return { frame, scene, grain, width, height, edges: frame.edges(columns), dots: [] };
}

/** One curve with each step, the foremost first. @param {Raster} raster @param {Plan} plan @returns {Generator<void>} */
export function* curves(raster, plan) {
  const { strokes, bands } = plan.scene;
  raster.begin(plan.width, plan.height);
  for (let i = strokes.length - 1; i >= 0; i--) {
    paintStroke(raster, plan, strokes[i]);
    yield;
  }
  for (const band of bands) paintBand(raster, plan, band);
}

/** How many pixels of the canvas are one of a crowd's. @param {number} crowd @param {number} ratio */
function grainOf(crowd, ratio) {
  return crowd > 3 * CROWD ? { x: 2 * Math.ceil(ratio), y: Math.ceil(ratio) } : { x: 1, y: 1 };
}

/** @param {Raster} raster @param {Plan} plan @param {Stroke} stroke */
function paintStroke(raster, plan, { line, color, width, alpha, dash, second }) {
  const { frame, grain, dots } = plan;
  const { ratio } = frame;
  const crowd = plan.scene.strokes.length;
  place(plan, trace(line, plan.edges, path), second);
  const dashes = crowd > CROWD ? [] : dash.map((part) => part * ratio);
  const pen = { color, alpha, width: width * ratio, dash: dashes };
  raster.line(path, pen, partsOf(crowd, ratio, path.length > 2 * frame.width));
  if (path.length > 1 && !alone(path)) return;
  for (let i = 0; i < path.length; i++)
    dots.push({ x: path.x[i] * grain.x, y: path.y[i] * grain.y, radius: (width + 1) * ratio, color });
}

/** @param {number} crowd @param {number} ratio @param {boolean} dense each column has points of its own */
function partsOf(crowd, ratio, dense) {
  if (dense && crowd <= CROWD) return 1;
  if (crowd > CROWD) return crowd > 3 * CROWD ? 0 : 1;
  return ratio > 1.5 ? 2 : 3;
}

/** @param {Raster} raster @param {Plan} plan @param {Band} band */
function paintBand(raster, plan, { low, high, color, second }) {
  place(plan, trace(high, plan.edges, path), second);
  place(plan, trace(low, plan.edges, other), second);
  raster.band(path, other, color, 0.2);
}

/** From values to pixels of the raster, in place. @param {Plan} plan @param {Path} path @param {boolean} second */
function place({ frame, grain }, { x, y, length }, second) {
  const { left, top, toX } = frame;
  const toY = second ? frame.toSecond : frame.toY;
  for (let i = 0; i < length; i++) {
    x[i] = (toX(x[i]) - left) / grain.x;
    y[i] = clamped(toY(y[i]) - top) / grain.y;
  }
}

/** Far outside, where pixels lose their precision. @param {number} y */
function clamped(y) {
  return y > 1e5 ? 1e5 : y < -1e5 ? -1e5 : y;
}

/** Whether no two neighbours are joined, so that a line shows nothing. @param {Path} path */
function alone({ y, length }) {
  for (let i = 1; i < length; i++) if (!Number.isNaN(y[i] + y[i - 1])) return false;
  return true;
}

/**
 * @param {CanvasRenderingContext2D} ctx @param {Frame} frame @param {Plan} plan
 * @param {{ left: number, top: number, width: number, height: number }} box where the plan's picture is
 */
export function paintDots(ctx, { left, top, width, height }, { dots, frame }, box) {
  for (const dot of dots) {
    const x = box.left - left + (dot.x / frame.width) * box.width;
    const y = box.top - top + (dot.y / frame.height) * box.height;
    if (!(x >= 0 && x <= width && y >= 0 && y <= height)) continue;
    ctx.fillStyle = dot.color;
    ctx.beginPath();
    ctx.arc(left + x, top + y, dot.radius, 0, 7);
    ctx.fill();
  }
}

/** @param {CanvasRenderingContext2D} ctx @param {Frame} frame @param {Scene} scene */
export function paintMarks(ctx, frame, scene) {
  let free = frame.left;
  for (const mark of scene.marks) free = paintMark(ctx, frame, mark, scene, free);
}

/**
 * @param {CanvasRenderingContext2D} ctx @param {Frame} frame @param {Mark} mark @param {Scene} scene
 * @param {number} free where the words before end @returns {number} where these end
 */
function paintMark(ctx, frame, mark, scene, free) {
  const x = Math.round(frame.toX(mark.x)) + 0.5;
  if (!(x >= frame.left && x <= frame.left + frame.width)) return free;
  ctx.strokeStyle = mark.color;
  ctx.globalAlpha = 0.55;
  ctx.lineWidth = frame.ratio;
  ctx.setLineDash(mark.dash.map((part) => part * frame.ratio));
  ctx.beginPath();
  ctx.moveTo(x, frame.top);
  ctx.lineTo(x, frame.top + frame.height);
  ctx.stroke();
  ctx.setLineDash([]);
  return mark.text && mark.kind !== "epoch" ? paintWords(ctx, frame, x, mark.text, scene, free) : free;
}

/**
 * Words beside a mark, on the side where there is room; none where there is none.
 * @param {CanvasRenderingContext2D} ctx @param {Frame} frame @param {number} x @param {string} text @param {Scene} scene
 * @param {number} free
 */
function paintWords(ctx, { left, top, width, ratio }, x, text, { ink, font }, free) {
  ctx.font = font.replace(/\d+/, (size) => String(Math.round(Number(size) * ratio)));
  ctx.fillStyle = ink;
  ctx.globalAlpha = 0.85;
  ctx.textBaseline = "top";
  ctx.textAlign = "left";
  const short = text.length > 28 ? `${text.slice(0, 27)}…` : text;
  const wide = ctx.measureText(short).width;
  const gap = 4 * ratio;
  const start = x + gap + wide > left + width ? x - gap - wide : x + gap;
  if (start < free) return free;
  ctx.fillText(short, start, top + 2 * ratio);
  return start + wide + gap;
}

/** @param {CanvasRenderingContext2D} ctx @param {Frame} frame @param {Scene} scene */
export function paintOddities(ctx, frame, scene) {
  for (const odd of scene.odd) paintOdd(ctx, frame, odd);
}

/** @param {CanvasRenderingContext2D} ctx @param {Frame} frame @param {Odd} odd */
function paintOdd(ctx, frame, { line, at, color, second }) {
  ctx.strokeStyle = ctx.fillStyle = color;
  ctx.globalAlpha = 0.9;
  ctx.lineWidth = 1.5 * frame.ratio;
  ctx.setLineDash([]);
  const stride = Math.max(1, Math.ceil(at.length / ODD));
  for (let i = 0; i < at.length; i += stride) {
    const x = frame.toX(line.x[at[i]] - line.offset);
    if (x >= frame.left && x <= frame.left + frame.width)
      oddity(ctx, frame, line.y[at[i]], () => before(line, at, i), x, second);
  }
}

/**
 * A hollow triangle for NaN where the curve was before, one at the upper edge for ∞, at the lower for −∞.
 * @param {CanvasRenderingContext2D} ctx @param {Frame} frame @param {number} value @param {() => number} was the one before
 * @param {number} x @param {boolean} second
 */
function oddity(ctx, frame, value, was, x, second) {
  const size = 4 * frame.ratio;
  const top = frame.top + size + 1;
  const bottom = frame.top + frame.height - size - 1;
  let y = value > 0 ? top : bottom;
  if (Number.isNaN(value)) {
    const place = (second ? frame.toSecond : frame.toY)(was());
    // What a log axis can't show is below it.
    y = Number.isNaN(place) ? bottom : Math.min(bottom, Math.max(top, place));
  }
  const up = value > 0 ? -size : size;
  ctx.beginPath();
  ctx.moveTo(x - size, y - up);
  ctx.lineTo(x + size, y - up);
  ctx.lineTo(x, y + up);
  ctx.closePath();
  if (Number.isNaN(value)) ctx.stroke();
  else ctx.fill();
}

/**
 * The last finite value before one that isn't, else the first after: 0 where there is none.
 * @param {Pick<Line, "y" | "length">} line @param {number[]} at where it isn't finite, ascending @param {number} n which of these
 */
export function before({ y, length }, at, n) {
  const first = stretchStart(at, n);
  if (at[first] > 0) return y[at[first] - 1];
  const after = stretchEnd(at);
  return after < length ? y[after] : 0;
}

/** The first of those without a number between them: at[k] - k is the same for all. @param {number[]} at @param {number} n */
function stretchStart(at, n) {
  let [low, high] = [0, n];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at[middle] - middle < at[n] - n) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many there are at the beginning before the first number. @param {number[]} at */
function stretchEnd(at) {
  let [low, high] = [0, at.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at[middle] > middle) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The first index at or after x, so that a range of x is a range of points. @param {Line} line @param {number} x */
export function indexAt(line, x) {
  return lowerBound(line.x, x + line.offset, 0, line.length);
}
