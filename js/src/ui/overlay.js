// What lies over a chart and moves without painting it anew: cursor, drag, selection; and what the gestures do.

import { moved, scaled } from "../range.js";
import { h } from "./dom.js";
import { attachGestures } from "./gestures.js";

/** @import { Chart, Extent } from "../chart.js" */
/** @import { Board, Charted, Overlay } from "./types.ts" */
/** @import { DragKind, Spot } from "./gestures.js" */

/** A drag that is flatter than this zooms along one axis alone, in pixels. */
const FLAT = 16;
/** Above so many points under the cursor none is marked. */
const POINTS = 24;

/**
 * @param {Board} board @param {HTMLElement} plot @param {Charted} card
 * @returns {Overlay}
 */
export function createOverlay(board, plot, card) {
  const cursor = h("div", { className: "tbnb-cursor", hidden: true });
  const box = h("div", { className: "tbnb-box", hidden: true });
  const chosen = h("div", { className: "tbnb-chosen", hidden: true });
  const points = h("div", { className: "tbnb-points" });
  const layer = h("div", { className: "tbnb-overlay" }, chosen, cursor, points, box);
  /** @type {{ x: Extent, y: Extent } | null} where a pan began */
  let panned = null;

  const stop = attachGestures(plot, {
    area: () => card.chart()?.over.getBoundingClientRect() ?? null,
    hover: (spot) => board.hover(overlay, spot),
    click: (spot) => board.hold(overlay, spot),
    drag,
    zoom: (at, factor) => {
      const { width } = size();
      card.zoom(scaled(card.view().x, card.scales().x, at.left / width, factor), card.zoomed().y);
    },
    reset: () => card.zoom(null, null),
    key,
  });

  const size = () => card.chart()?.over.getBoundingClientRect() ?? { width: 1, height: 1 };

  /** @param {Spot} from @param {Spot} to @param {DragKind} kind @param {boolean} done */
  function drag(from, to, kind, done) {
    if (!card.chart()) return;
    board.hover(overlay, null);
    if (kind === "pan") return pan(from, to, done);
    const [a, b] = [inside(from), inside(to)];
    if (kind === "select") return select(a, b);
    const zooms = { x: Math.abs(b.left - a.left) >= FLAT, y: Math.abs(b.top - a.top) >= FLAT };
    outline(a, b, zooms, done);
    if (done && (zooms.x || zooms.y)) magnify(a, b, zooms);
  }

  /** @param {Spot} from @param {Spot} to @param {boolean} done */
  function pan(from, to, done) {
    panned ??= { ...card.view() };
    const { width, height } = size();
    const { x, y } = card.scales();
    const tall = card.zoomed().y && moved(panned.y, y, (to.top - from.top) / height);
    card.zoom(moved(panned.x, x, (from.left - to.left) / width), tall);
    if (done) panned = null;
  }

  /** @param {Spot} spot @returns {Spot} */
  function inside({ left, top }) {
    const { width, height } = size();
    return { left: Math.max(0, Math.min(width, left)), top: Math.max(0, Math.min(height, top)) };
  }

  /** @param {Spot} a @param {Spot} b @param {{ x: boolean, y: boolean }} zooms @param {boolean} done */
  function outline(a, b, zooms, done) {
    box.hidden = done || !(zooms.x || zooms.y);
    const { width, height } = size();
    const [left, right] = zooms.x ? [a.left, b.left].sort((p, q) => p - q) : [0, width];
    const [top, bottom] = zooms.y ? [a.top, b.top].sort((p, q) => p - q) : [0, height];
    Object.assign(box.style, {
      left: `${left}px`,
      top: `${top}px`,
      width: `${right - left}px`,
      height: `${bottom - top}px`,
    });
  }

  /** @param {Spot} a @param {Spot} b @param {{ x: boolean, y: boolean }} zooms */
  function magnify(a, b, zooms) {
    const chart = /** @type {Chart} */ (card.chart());
    const before = card.zoomed();
    card.zoom(
      zooms.x ? between(chart.xAt(a.left), chart.xAt(b.left)) : before.x,
      zooms.y ? between(chart.yAt(a.top), chart.yAt(b.top)) : before.y,
    );
  }

  /** @param {Spot} a @param {Spot} b */
  function select(a, b) {
    const chart = /** @type {Chart} */ (card.chart());
    const { low, high } = between(chart.xAt(a.left), chart.xAt(b.left));
    board.settings.set("selection", { from: low, to: high });
  }

  /** @param {string} name @param {KeyboardEvent} event */
  function key(name, event) {
    const { x } = card.scales();
    const view = card.view().x;
    const step = event.shiftKey ? 10 : 1;
    const keys = {
      ArrowLeft: () => board.walk(overlay, -step),
      ArrowRight: () => board.walk(overlay, step),
      Home: () => board.walk(overlay, Number.NEGATIVE_INFINITY),
      End: () => board.walk(overlay, Number.POSITIVE_INFINITY),
      Enter: () => board.hold(overlay, null),
      Escape: () => board.leave(overlay),
      "+": () => card.zoom(scaled(view, x, 0.5, 0.5), card.zoomed().y),
      "=": () => card.zoom(scaled(view, x, 0.5, 0.5), card.zoomed().y),
      "-": () => card.zoom(scaled(view, x, 0.5, 2), card.zoomed().y),
      0: () => card.zoom(null, null),
      s: () => board.selectAtCursor(),
    };
    if (event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, name)) return false;
    keys[/** @type {keyof typeof keys} */ (name)]();
    return true;
  }

  /** The cursor stands at a value of x, whichever card the pointer is on. @param {number | null} x */
  function showCursor(x) {
    const chart = card.chart();
    const left = x === null || !chart ? Number.NaN : chart.xTo(x);
    cursor.hidden = !(left >= -1 && left <= size().width + 1);
    if (!cursor.hidden) cursor.style.transform = `translateX(${left}px)`;
  }

  function showSelection() {
    const chart = card.chart();
    const selection = board.settings.get("selection");
    chosen.hidden = !selection || !chart;
    if (!selection || !chart) return;
    const from = chart.xTo(selection.from);
    Object.assign(chosen.style, {
      left: `${from}px`,
      width: `${Math.max(1, chart.xTo(selection.to) - from)}px`,
    });
  }

  /** @param {import("./reading.js").Reading[]} readings */
  function showPoints(readings) {
    const chart = card.chart();
    const marked = chart && readings.length <= POINTS ? readings : [];
    points.replaceChildren(
      ...marked.map(({ of, x, smoothed }) => {
        const point = h("i");
        point.style.color = of.color;
        point.style.transform = `translate(${chart?.xTo(x)}px, ${chart?.yTo(smoothed, of.second)}px)`;
        return point;
      }),
    );
  }

  /** @type {Overlay} */
  const overlay = {
    card,
    showCursor,
    showSelection,
    showPoints,
    /** @param {Chart} chart */
    attach: (chart) => chart.over.append(layer),
    /** After the chart has been drawn. */
    placed() {
      showCursor(board.cursorX());
    },
    destroy: stop,
  };
  return overlay;
}

/** @param {number} a @param {number} b @returns {Extent} */
function between(a, b) {
  return a <= b ? { low: a, high: b } : { low: b, high: a };
}
