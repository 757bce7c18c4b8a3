import { expect, test } from "vitest";
import { duration, durations, logLabels, powers, ticks, times } from "../src/format.js";
import { logTicks } from "../src/ticks.js";

/** @param {number} low @param {number} high @param {number} pixels */
const placeOf = (low, high, pixels) => (/** @type {number} */ value) =>
  (Math.log(value / low) / Math.log(high / low)) * pixels;

test("a log axis has powers of ten, and their twofold and fivefold where there is room", () => {
  expect(logTicks(1, 1000, placeOf(1, 1000, 150), 40)).toEqual([1, 10, 100, 1000]);
  expect(logTicks(1, 100, placeOf(1, 100, 400), 40)).toEqual([1, 2, 5, 10, 20, 50, 100]);
});

test("many powers are thinned evenly", () => {
  expect(logTicks(1e-8, 1, placeOf(1e-8, 1, 160), 40)).toEqual([1e-8, 1e-6, 1e-4, 1e-2, 1]);
});

test("less than a decade has ticks as a linear axis", () => {
  const found = logTicks(0.87, 1.1, placeOf(0.87, 1.1, 200), 40);
  expect(ticks(found)).toEqual(["0.90", "0.95", "1.00", "1.05", "1.10"]);
});

test("a symmetric log axis has zero and both signs", () => {
  const place = (/** @type {number} */ value) => Math.asinh(value * 1000) * 20;
  expect(logTicks(-100, 100, place, 60)).toEqual([-100, -1, -0.01, 0, 0.01, 1, 100]);
});

test("labels have the decimals that their spacing needs, and no more", () => {
  expect(ticks([0, 0.25, 0.5])).toEqual(["0", "0.25", "0.50"]);
  expect(ticks([0, 20_000, 40_000])).toEqual(["0", "20k", "40k"]);
  expect(ticks([0, 500_000, 1_000_000])).toEqual(["0", "0.5M", "1.0M"]);
  expect(ticks([0.00001, 0.00002])).toEqual(["1e-5", "2e-5"]);
  expect(ticks([-0.1, 0, 0.1])).toEqual(["−0.1", "0", "0.1"]);
  expect(ticks([1.234e9, 1.235e9])).toEqual(["1.234G", "1.235G"]);
  expect(powers([0.001, 1, 1e6])).toEqual(["0.001", "1", "1M"]);
});

test("times of day say the day where it changes, and seconds where they tell", () => {
  const noon = new Date(2026, 10, 14, 12, 0, 0).getTime() / 1000;
  expect(times([noon, noon + 3600], 3600)).toEqual(["12:00", "13:00"]);
  expect(times([noon, noon + 5], 5)).toEqual(["12:00:00", "12:00:05"]);
  expect(times([noon, noon + 0.5], 0.5)).toEqual(["12:00:00.0", "12:00:00.5"]);
  expect(times([noon, noon + 12 * 3600], 12 * 3600)).toEqual(["12:00", "Nov 15"]);
  expect(times([noon, noon + 86400], 86400)).toEqual(["Nov 14", "Nov 15"]);
});

test("durations are told as far as their spacing needs, however long they are", () => {
  expect(durations([0, 7200, 90_000], 3600)).toEqual(["0s", "2h", "1d 1h"]);
  expect(durations([7770, 7775, 7780], 5)).toEqual(["2h 9m 30s", "2h 9m 35s", "2h 9m 40s"]);
  expect(durations([-60.5, 59.5, 60], 0.5)).toEqual(["−1m 0.5s", "59.5s", "1m"]);
  expect(durations([0.001, 0.002], 0.001)).toEqual(["0.001s", "0.002s"]);
  expect([duration(0), duration(0.0005), duration(0.05)]).toEqual(["0s", "5e-4s", "0.05s"]);
});

test("on a log axis durations are told as durations", () => {
  expect(logLabels([0.001, 1, 10, 1000], true)).toEqual(["0.001s", "1s", "10s", "16m 40s"]);
  expect(logLabels([100, 150, 200], true)).toEqual(["1m 40s", "2m 30s", "3m 20s"]);
  expect(logLabels([0.5], true)).toEqual(["0.5s"]);
  expect(logLabels([1, 10, 1000])).toEqual(["1", "10", "1000"]);
});
