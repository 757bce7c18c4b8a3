// An axis without a canvas: where values stand along it, where its ticks are, and what these say.

import { DURATIONS, WHOLE, warp } from "../chart.js";
import { durations, logLabels, ticks, times } from "../format.js";
import { linearTicks, logTicks } from "../ticks.js";

/** @import { Extent } from "../chart.js" */
/** @import { YScale } from "../types.ts" */
/** @typedef {{ place: (value: number) => number, ticks: { at: number, label: string }[] }} Axis */
/** @typedef {"number" | "whole" | "duration" | "time"} Unit */

/**
 * @param {Extent} extent @param {YScale} kind @param {Unit} unit
 * @param {number} start where `extent.low` stands @param {number} size how far from there `extent.high` @param {number} space of a tick
 * @returns {Axis}
 */
export function axisOf(extent, kind, unit, start, size, space) {
  const { low, high } = extent;
  const warped = warp(kind);
  const base = warped(low);
  const slope = size / (warped(high) - base || 1);
  const place = (/** @type {number} */ value) => start + (warped(value) - base) * slope;
  const most = Math.max(1, Math.abs(size) / space);
  const { values, labels } =
    kind === "linear"
      ? linear(extent, unit, most)
      : labelled(logTicks(low, high, place, space), (all) => logLabels(all, unit === "duration"));
  return { place, ticks: values.map((value, i) => ({ at: place(value), label: labels[i] })) };
}

/** @param {Extent} extent @param {Unit} unit @param {number} most */
function linear({ low, high }, unit, most) {
  if (unit === "number") return labelled(linearTicks(low, high, most), ticks);
  if (unit === "whole") return labelled(even(low, high, most, WHOLE).values, ticks);
  if (unit === "duration") {
    const { values, gap } = even(low, high, most, DURATIONS);
    return labelled(values, (all) => durations(all, gap));
  }
  // Round in the clock of who looks.
  const shift = new Date(low * 1000).getTimezoneOffset() * 60;
  const { values, gap } = even(low - shift, high - shift, most, DURATIONS);
  return labelled(
    values.map((value) => value + shift),
    (all) => times(all, gap),
  );
}

/** @param {number[]} values @param {(values: number[]) => string[]} label */
function labelled(values, label) {
  return { values, labels: label(values) };
}

/** @param {number} low @param {number} high @param {number} most @param {number[]} gaps ascending */
function even(low, high, most, gaps) {
  const gap = gaps.find((one) => one * most >= high - low) ?? high - low;
  const first = Math.ceil(low / gap);
  const count = Math.max(0, Math.floor(high / gap) - first + 1);
  return { values: Array.from({ length: count }, (_, i) => (first + i) * gap), gap };
}
