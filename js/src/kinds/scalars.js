// The card of one or several scalar tags: which curves it shows, over which axes, and where they are zoomed.

import { createChart } from "../chart.js";
import { number, step } from "../format.js";
import { paintMarks, paintOddities } from "../paint.js";
import { createPainter } from "../painter.js";
import { reachable, roomy, spanX, spanY } from "../range.js";
import { createOverlay } from "../ui/overlay.js";
import { titleOf } from "../ui/reading.js";
import { createSelectionTable } from "../ui/selection.js";
import { curvesOf, sceneOf } from "./scene.js";

/** @import { Axes, Chart, Extent, Frame } from "../chart.js" */
/** @import { Card as Arranged } from "../math/pairs.js" */
/** @import { Figure } from "../out/figure.ts" */
/** @import { Board, Drawing, Shown, Zoom } from "../ui/types.ts" */
/** @import { Scene } from "../paint.js" */

/** @param {Board} board @param {HTMLElement} plot where it draws @param {Arranged} arranged @returns {Drawing} */
export function createScalars(board, plot, arranged) {
  let { tags, second } = arranged;
  /** @type {Chart | null} */
  let chart = null;
  let axesKey = "";
  /** @type {Zoom} */
  let zoom = { x: board.linked(), y: null };
  /** @type {Shown[]} */
  let shown = [];
  /** @type {ReturnType<typeof curvesOf>} */
  let curves = { strokes: [], bands: [], odd: [] };
  let newest = newestOf(shown);
  /** How old the board was, and how it looked, when these were gathered. @type {[number, unknown]} */
  let gathered = [-1, null];
  /** @type {Scene} */
  let scene = { ...curves, marks: [], ink: "", font: "" };
  /** Moved or zoomed: what is seen stays what it is. */
  let moving = false;
  let keep = false;
  /** Within a frame's work, which goes on where it was too short. */
  let within = false;
  /** @type {{ x: Extent, y: Extent, second: Extent | null }} */
  let view = { x: UNIT, y: UNIT, second: null };

  const painter = createPainter();
  const table = createSelectionTable(board);
  const overlay = createOverlay(board, plot, {
    chart: () => chart,
    shown: () => shown,
    view: () => view,
    scales: () => ({ x: xlog() ? "log" : "linear", y: board.settings.forTag(tags[0], "y") }),
    zoomed,
    zoom: (x, y) => {
      zoom = { x, y };
      moving = true;
      if (board.settings.get("linkZoom")) board.linkZoom(x, card);
      board.redraw(card);
    },
  });

  /** Other tags may come to the first, and go: where one zoomed stays. @param {Arranged} next */
  function arrange(next) {
    ({ tags, second } = next);
    gathered = [-1, null];
    table.name(tags.join(", "));
  }

  /** @param {number} width @param {number} height @param {boolean} urgent */
  function draw(width, height, urgent) {
    survey();
    keep = moving || !urgent;
    moving = false;
    if (shown.length === 0) release();
    else fit(width, height);
    put();
    overlay.placed();
    select();
    return newest;
  }

  /** Paints on what one frame was too short for; whether all is there: words at the axes may have made it another picture. @param {number} until */
  function proceed(until) {
    if (painter.isDone()) return true;
    if (!painter.proceed(until)) return false;
    put();
    return painter.isDone();
  }

  function put() {
    within = true;
    chart?.draw(view.x, view.y, view.second);
    within = false;
  }

  /** @param {CanvasRenderingContext2D} ctx @param {Frame} frame */
  function paint(ctx, frame) {
    paintMarks(ctx, frame, scene);
    painter.paint(ctx, frame, scene, keep);
    paintOddities(ctx, frame, scene);
    // A new chart is painted once more, by itself.
    if (!within && !painter.isDone()) board.redraw(card);
  }

  /** What is to be seen now. */
  function survey() {
    gather();
    const lines = shown.map(({ line }) => line);
    view = {
      x: roomy(zoomed().x ?? spanX(lines, xlog()) ?? (xlog() ? DECADE : UNIT)),
      y: UNIT,
      second: null,
    };
    view.y = roomy(zoomed().y ?? spanOf(false));
    view.second = shown.some((one) => one.second) ? roomy(spanOf(true)) : null;
    scene = sceneOf(board, shown, curves, view.x);
    board.detail(shown, zoomed().x);
  }

  /** Nothing, where only the view is another. */
  function gather() {
    const now = /** @type {[number, unknown]} */ ([board.age(), board.theme()]);
    if (now.every((part, at) => part === gathered[at])) return;
    gathered = now;
    shown = board.shown(tags, second);
    curves = curvesOf(board, shown);
    newest = newestOf(shown);
  }

  function select() {
    overlay.showSelection();
    table.show(shown, board.settings.get("selection"));
  }

  /** The clock has no zero to be far from: its logarithm is as even as itself. */
  const xlog = () => board.settings.get("x") !== "wall" && board.settings.forTag(tags[0], "xlog");

  /** As far as its axes can show it now. @returns {Zoom} */
  function zoomed() {
    const ylog = board.settings.forTag(tags[0], "y") === "log";
    return { x: reachable(zoom.x, xlog()), y: reachable(zoom.y, ylog) };
  }

  /** @returns {Axes} */
  function axesNow() {
    const { settings } = board;
    return {
      x: settings.get("x"),
      xlog: xlog(),
      y: settings.forTag(tags[0], "y"),
      second: shown.some((one) => one.second),
      secondLog: false,
    };
  }

  /** @returns {Figure} */
  function figure() {
    const before = { shown, view, scene };
    survey();
    const { kind, amount } = board.settings.get("smoothing");
    const smooth = shown.some(({ curve }) => curve.isSmooth);
    const note = smooth ? `smoothed: ${kind} ${amount}` : "";
    const drawn = {
      tags,
      second: view.second ? second : [],
      axes: axesNow(),
      view,
      scene,
      legend: shown,
      note,
    };
    // It may be drawn in other colours than the page has.
    ({ shown, view, scene } = before);
    return drawn;
  }

  /** @param {number} width @param {number} height */
  function fit(width, height) {
    const axes = axesNow();
    const key = JSON.stringify([axes, board.theme().name]);
    if (key !== axesKey) {
      release();
      axesKey = key;
      chart = createChart({ parent: plot, axes, theme: board.theme(), paint });
      chart.canvas.setAttribute("aria-label", tags.join(", "));
      overlay.attach(chart);
    }
    chart?.resize(width, height);
  }

  /** @param {boolean} other of the second axis @returns {Extent} */
  function spanOf(other) {
    const { settings } = board;
    const ignore = settings.get("outliers") === "ignore";
    const mine = shown.filter((one) => one.second === other);
    const lines = mine.flatMap(({ line, band }) => (band ? [line, band.low, band.high] : [line]));
    if (!ignore && settings.get("raw")) lines.push(...mine.flatMap(({ raw }) => (raw ? [raw] : [])));
    if (other) return spanY(lines, zoomed().x, { y: "linear", outliers: true, zero: false, limits: null });
    return spanY(lines, zoomed().x, {
      y: settings.forTag(tags[0], "y"),
      outliers: !ignore,
      zero: settings.forTag(tags[0], "yzero"),
      limits: settings.forTag(tags[0], "ylimits"),
    });
  }

  /** The canvas's words for who can't see it. */
  function describe() {
    const latest = shown.slice(0, 5).map((one) => {
      const { value, step: at, length } = one.curve.columns;
      return `${titleOf(one)} ${number(value[length - 1])} at step ${step(at[length - 1])}`;
    });
    const rest = shown.length > 5 ? `, and ${shown.length - 5} more` : "";
    const marked = markedIn(scene);
    chart?.canvas.setAttribute("aria-label", `${tags.join(", ")}: ${latest.join("; ")}${rest}${marked}`);
  }

  function release() {
    painter.release();
    chart?.destroy();
    chart = null;
    axesKey = "";
  }

  /** @type {Drawing} */
  const card = {
    below: table.element,
    arrange,
    draw,
    proceed,
    select,
    describe,
    overlay,
    figure,
    /** Frees the canvas; the next draw makes one anew. */
    release,
    /** @param {Extent | null} x */
    zoomTo(x) {
      zoom = { x, y: null };
      board.redraw(card);
    },
    destroy() {
      overlay.destroy();
      release();
    },
  };
  return card;
}

const UNIT = { low: 0, high: 1 };
const DECADE = { low: 1, high: 10 };

/** The lines across it, in words. @param {Scene} scene */
function markedIn({ marks }) {
  const epochs = marks.filter(({ kind }) => kind === "epoch").length;
  const others = marks.filter(({ kind }) => kind !== "epoch").slice(0, 12);
  const words = [...others.map(({ text }) => text), ...(epochs ? [`${epochs} epochs`] : [])];
  return words.length ? `. Marked: ${words.join(", ")}` : "";
}

/** @param {Shown[]} shown */
function newestOf(shown) {
  const newest = { wall: Number.NEGATIVE_INFINITY, step: Number.NaN };
  for (const { curve } of shown) {
    const { wall, step, length } = curve.columns;
    if (length > 0 && wall[length - 1] > newest.wall) {
      newest.wall = wall[length - 1];
      newest.step = step[length - 1];
    }
  }
  return newest;
}
