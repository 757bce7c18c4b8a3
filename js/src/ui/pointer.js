// Where somebody points: the cursor that all cards share, and the tooltip that tells what is there.

import { nearest, readingsAt } from "./reading.js";
import { createTooltip } from "./tooltip.js";

/** @import { Settings } from "../types.ts" */
/** @import { Spot } from "./gestures.js" */
/** @import { Drawing, Overlay } from "./types.ts" */

/**
 * @param {{
 *   root: HTMLElement, settings: Settings, tried: import("../tried.js").Tried, inView: () => Iterable<Drawing>, frame: () => void,
 * }} parts
 */
export function createPointer({ root, settings, tried, inView, frame }) {
  const tooltip = createTooltip(root, settings, tried);
  /** @type {{ overlay: Overlay, spot: Spot } | null} */
  let pointer = null;
  /** @type {number | null} */
  let cursor = null;
  let held = false;
  /** @type {Overlay | null} whose points are marked */
  let pointed = null;

  /** @param {Overlay} overlay @param {Spot | null} spot */
  function hover(overlay, spot) {
    if (held || (spot === null && pointer?.overlay !== overlay)) return;
    pointer = spot && { overlay, spot };
    frame();
  }

  /** In the next frame, so that a pointer that moves fast costs no more than one that doesn't. */
  function point() {
    const chart = pointer?.overlay.card.chart();
    if (held && chart) return;
    // What was held goes with its chart.
    if (held) tooltip.hold(false);
    held = false;
    cursor = pointer && chart ? chart.xAt(pointer.spot.left) : null;
    for (const card of inView()) card.overlay.showCursor(cursor);
    if (pointed && pointed !== pointer?.overlay) pointed.showPoints([]);
    pointed = pointer?.overlay ?? null;
    if (pointer && cursor !== null) tell(pointer.overlay, pointer.spot);
    else tooltip.hide();
  }

  /** @param {Overlay} overlay @param {Spot} spot */
  function tell(overlay, spot) {
    const chart = overlay.card.chart();
    if (!chart || cursor === null) return tooltip.hide();
    const area = chart.over.getBoundingClientRect();
    const across = settings.get("tooltip").sort === "nearestY" ? 0 : 1;
    const readings = readingsAt(overlay.card.shown(), cursor, (reading) => {
      const down = chart.yTo(reading.smoothed, reading.of.second) - spot.top;
      const away = Math.hypot(across * (chart.xTo(reading.x) - spot.left), down);
      return Number.isNaN(away) ? Number.POSITIVE_INFINITY : away;
    });
    const smooth = settings.get("smoothing").kind !== "none" && settings.get("smoothing").amount > 0;
    const at = { x: area.left + spot.left, y: area.top + spot.top, area };
    overlay.showPoints(readings);
    tooltip.show(readings, settings.get("tooltip"), at, smooth);
  }

  /** A click, or Enter, holds what is shown until the next one. @param {Overlay} overlay @param {Spot | null} spot */
  function hold(overlay, spot) {
    if (held) return release();
    if (spot) pointer = { overlay, spot };
    point();
    held = cursor !== null;
    tooltip.hold(held);
  }

  function release() {
    held = false;
    tooltip.hold(false);
    point();
  }

  /** The cursor goes by points of the first curve. @param {Overlay} overlay @param {number} by */
  function walk(overlay, by) {
    const chart = overlay.card.chart();
    const line = overlay.card.shown()[0]?.line;
    if (!chart || !line?.length) return;
    held = false;
    tooltip.hold(false);
    const from = cursor === null ? (by > 0 ? -1 : line.length) : nearest(line, cursor);
    const last = line.length - 1;
    let to = Math.max(0, Math.min(last, from + by));
    // Of points with one x the cursor can't tell which it is on.
    while (to > 0 && to < last && line.x[to] === line.x[from]) to += Math.sign(by);
    const left = chart.xTo(line.x[to] - line.offset);
    pointer = { overlay, spot: { left, top: chart.yTo(line.y[to], false) } };
    point();
  }

  /** @param {Overlay} overlay */
  function leave(overlay) {
    if (held) release();
    settings.set("selection", null);
    hover(overlay, null);
  }

  function selectAtCursor() {
    if (cursor !== null) settings.set("selection", { from: cursor, to: cursor });
  }

  return { hover, point, hold, walk, leave, selectAtCursor, cursorX: () => cursor };
}
