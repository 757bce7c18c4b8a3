// Axes, ticks and scales by uPlot, which knows nothing of our curves: these are painted between its axes.

import uPlot from "uplot";
import { durations, logLabels, ticks, times } from "./format.js";
import { logTicks } from "./ticks.js";

/** @import { XAxis, YScale } from "./types.ts" */

/** @typedef {{ low: number, high: number }} Extent */
/**
 * @typedef {{ x: XAxis, xlog: boolean, y: YScale, second: boolean, secondLog: boolean }} Axes
 *   what can't change in a chart's life
 */
/**
 * @typedef {{ ink: string, faint: string, grid: string, font: string }} Theme
 * @typedef {{
 *   left: number, top: number, width: number, height: number, ratio: number, x: Extent, y: Extent, second: Extent,
 *   toX: (value: number) => number, toY: (value: number) => number, toSecond: (value: number) => number,
 *   edges: (columns: number) => Float64Array,
 * }} Frame  the plotting area, in pixels of the canvas
 */
/** @typedef {ReturnType<typeof createChart>} Chart */

/** @type {Record<YScale, 1 | 3 | 4>} */
const KINDS = { linear: 1, log: 3, symlog: 4 };
const TIMES = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400];
/** Round gaps between times, in seconds. */
export const DURATIONS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, ...TIMES];
for (let days = 2; days < 5000; days *= 2) DURATIONS.push(days * 86400);

/**
 * @param {{ parent: HTMLElement, axes: Axes, theme: Theme, paint: (ctx: CanvasRenderingContext2D, frame: Frame) => void }} options
 */
export function createChart({ parent, axes, theme, paint }) {
  const view = {
    x: { low: 0, high: 1 },
    y: { low: 0, high: 1 },
    second: { low: 0, high: 1 },
  };
  const size = { width: 300, height: 160 };

  const plot = new uPlot(
    {
      ...size,
      pxAlign: 1,
      padding: [10, axes.second ? 0 : halfOf(axes.x), 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: axes.x === "wall", distr: axes.xlog ? 3 : 1, auto: false, range: () => pair(view.x) },
        y: scale(axes.y, () => view.y),
        ...(axes.second && { second: scale(axes.secondLog ? "log" : "linear", () => view.second) }),
      },
      series: [{}, silent("y"), ...(axes.second ? [silent("second")] : [])],
      axes: [
        horizontal(axes, theme),
        vertical("y", axes.y !== "linear", axes.x, theme),
        ...(axes.second ? [vertical("second", axes.secondLog, axes.x, theme)] : []),
      ],
      hooks: { draw: [paintBetween] },
    },
    axes.second ? [[0, 1], NOTHING, NOTHING] : [[0, 1], NOTHING],
    parent,
  );
  const canvas = plot.ctx.canvas;
  canvas.setAttribute("role", "img");

  /** @param {uPlot} plot */
  function paintBetween(plot) {
    plot.ctx.save();
    paint(plot.ctx, frame(plot));
    plot.ctx.restore();
  }

  /** @param {uPlot} plot @returns {Frame} */
  function frame(plot) {
    const { left, top, width, height } = plot.bbox;
    return {
      left,
      top,
      width,
      height,
      ...view,
      ratio: devicePixelRatio || 1,
      toX: placer(left, width, view.x, axes.xlog ? "log" : "linear"),
      toY: placer(top + height, -height, view.y, axes.y),
      toSecond: placer(top + height, -height, view.second, axes.secondLog ? "log" : "linear"),
      edges: (columns) => edgesOf(view.x, axes.xlog, columns),
    };
  }

  return {
    canvas,
    /** Where the pointer plays: the plotting area. */
    over: plot.over,
    root: plot.root,
    /** @param {Extent} x @param {Extent} y @param {Extent | null} second */
    draw(x, y, second) {
      view.x = x;
      view.y = y;
      if (second) view.second = second;
      plot.batch(() => {
        if (plot.width !== size.width || plot.height !== size.height) plot.setSize(size);
        plot.setScale("x", { min: x.low, max: x.high });
        plot.setScale("y", { min: y.low, max: y.high });
        if (second) plot.setScale("second", { min: second.low, max: second.high });
        plot.redraw(false, true);
      });
    },
    /** From the next draw on. @param {number} width @param {number} height */
    resize(width, height) {
      Object.assign(size, { width, height });
    },
    /** From pixels of the plotting area to values, and back. @param {number} left */
    xAt: (left) => plot.posToVal(left, "x"),
    /** @param {number} top */
    yAt: (top) => plot.posToVal(top, "y"),
    /** @param {number} value */
    xTo: (value) => plot.valToPos(value, "x"),
    /** @param {number} value @param {boolean} second */
    yTo: (value, second) => plot.valToPos(value, second ? "second" : "y"),
    destroy: () => plot.destroy(),
  };
}

const NOTHING = [null, null];

/** @param {string} scale @returns {uPlot.Series} */
function silent(scale) {
  return { scale, auto: false, paths: () => null, points: { show: false } };
}

/** @param {YScale} kind @param {() => Extent} extent @returns {uPlot.Scale} */
function scale(kind, extent) {
  return { distr: KINDS[kind], auto: false, range: () => pair(extent()), asinh: SYMLOG };
}

/** Below this a symmetric log scale is linear. */
const SYMLOG = 1e-3;

/** @param {Extent} extent @returns {uPlot.Range.MinMax} */
function pair({ low, high }) {
  return [low, high];
}

/** @param {string} scale @param {number} space @param {boolean} [timed] @returns {uPlot.Axis} */
function logarithmic(scale, space, timed) {
  return {
    splits: (plot, _, low, high) => logTicks(low, high, (value) => plot.valToPos(value, scale), space),
    filter: (_, splits) => splits,
    values: (_, splits) => logLabels(splits, timed),
  };
}

/** @param {Axes} axes @param {Theme} theme @returns {uPlot.Axis} */
function horizontal(axes, theme) {
  const common = { ...look(theme), size: 26, space: 64, gap: 4 };
  if (axes.xlog) return { ...common, ...logarithmic("x", 64, axes.x === "relative") };
  if (axes.x === "wall") return { ...common, values: (_, splits, __, ___, gap) => times(splits, gap) };
  if (axes.x === "relative")
    return { ...common, incrs: DURATIONS, values: (_, splits, __, ___, gap) => durations(splits, gap) };
  return { ...common, incrs: WHOLE, values: (_, splits) => ticks(splits) };
}

/** Steps are whole, so their ticks are. */
export const WHOLE = [1, 2, 5].flatMap((first) =>
  Array.from({ length: 19 }, (_, power) => first * 10 ** power),
);
WHOLE.sort((a, b) => a - b);

/** Round gaps between values: uPlot's own, and on to where numbers end. */
const ROUND = Array.from({ length: 340 }, (_, n) =>
  [1, 2, 2.5, 5].map((first) => Number(`${first}e${n - 32}`)),
).flat();

/** Half of what a number along x may take: it may stand at the edge. @param {XAxis} x */
function halfOf(x) {
  return { step: 20, relstep: 20, relative: 32, wall: 32 }[x];
}

/** @param {string} scale @param {boolean} log @param {XAxis} x @param {Theme} theme @returns {uPlot.Axis} */
function vertical(scale, log, x, theme) {
  const widest = widestIn(theme.font);
  return {
    ...look(theme),
    scale,
    side: scale === "second" ? 1 : 3,
    space: 34,
    gap: 6,
    size: (_, labels) => Math.max(widest(labels) + 14, halfOf(x)),
    incrs: ROUND,
    ...(log ? logarithmic(scale, 34) : { values: (_, splits) => ticks(splits) }),
    ...(scale === "second" && { grid: { show: false } }),
  };
}

/** @param {Theme} theme @returns {uPlot.Axis} */
function look({ faint, grid, font }) {
  const line = { stroke: grid, width: 1 };
  return { stroke: faint, font, grid: line, ticks: { show: false }, border: { show: false } };
}

/** Labels are measured once: most stay while one pans. @param {string} font */
function widestIn(font) {
  /** @type {Map<string, number>} */
  const known = new Map();
  return (/** @type {string[] | null} */ labels) => {
    if (!labels) return 20;
    const widths = labels.map((label) => known.get(label) ?? measure(label));
    return Math.ceil(Math.max(...widths, 0));
  };

  /** @param {string} label */
  function measure(label) {
    ruler ??= /** @type {CanvasRenderingContext2D} */ (document.createElement("canvas").getContext("2d"));
    ruler.font = font;
    const { width } = ruler.measureText(label ?? "");
    if (known.size > LABELS) known.clear();
    known.set(label, width);
    return width;
  }
}

/** @type {CanvasRenderingContext2D | null} */
let ruler = null;
/** Labels whose widths are remembered. */
const LABELS = 500;

/** How a scale sees a value, before it's stretched over pixels. @param {YScale} kind @returns {(value: number) => number} */
export function warp(kind) {
  if (kind === "log") return Math.log10;
  if (kind === "symlog") return (value) => Math.asinh(value / SYMLOG);
  return (value) => value;
}

/** @param {YScale} kind @returns {(warped: number) => number} */
export function unwarp(kind) {
  if (kind === "log") return (warped) => 10 ** warped;
  if (kind === "symlog") return (warped) => Math.sinh(warped) * SYMLOG;
  return (warped) => warped;
}

/** @param {number} start @param {number} size @param {Extent} extent @param {YScale} kind */
function placer(start, size, { low, high }, kind) {
  const warped = warp(kind);
  const base = warped(low);
  const slope = size / (warped(high) - base || 1);
  if (kind === "linear") return (/** @type {number} */ value) => start + (value - low) * slope;
  return (/** @type {number} */ value) => start + (warped(value) - base) * slope;
}

/**
 * The edges of columns that stay where they are while the view is panned, so that nothing shimmers.
 * @param {Extent} view @param {boolean} log @param {number} columns
 */
export function edgesOf({ low, high }, log, columns) {
  const start = log ? Math.log10(low) : low;
  const width = ((log ? Math.log10(high) : high) - start) / columns;
  const first = Math.floor(start / width);
  const edges = new Float64Array(columns + 2);
  for (let i = 0; i < edges.length; i++) edges[i] = (first + i) * width;
  return log ? edges.map((power) => 10 ** power) : edges;
}
