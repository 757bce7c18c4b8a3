import { expect, test } from "vitest";
import { createPyramid } from "../src/buckets.js";
import { spanX, spanY } from "../src/range.js";

/** @param {number[]} values */
function lineOf(values) {
  const y = Float64Array.from(values);
  const pyramid = createPyramid();
  pyramid.extend(y, y.length);
  return { x: y.map((_, i) => i), offset: 0, y, length: y.length, sorted: true, pyramid };
}

const WISH = { y: /** @type {const} */ ("log"), outliers: true, zero: false, limits: null };

test("a log axis spans all that a number can be", () => {
  const { low, high } = spanY([lineOf([1e-300, 1e300])], null, WISH);
  expect(low).toBeGreaterThan(0);
  expect(low).toBeLessThanOrEqual(1e-300);
  expect(high).toBeGreaterThanOrEqual(1e300);
  expect(high).toBeLessThan(Number.POSITIVE_INFINITY);
});

test("limits that a log axis can't have are none; the others stand", () => {
  const lines = [lineOf([0.5, 1])];
  const free = spanY(lines, null, WISH);
  expect(spanY(lines, null, { ...WISH, limits: [-10, 0] })).toEqual(free);
  expect(spanY(lines, null, { ...WISH, limits: [-1, 3] })).toEqual({ low: free.low, high: 3 });
  expect(spanY(lines, null, { ...WISH, limits: [null, 0.1] })).toEqual({ low: 0.01, high: 0.1 });
});

test("y spans what is seen, also of a line whose x goes back", () => {
  const line = { ...lineOf([1, 2, 300, 4, 5, -600]), x: Float64Array.of(1, 2, 3, 1, 2, 3), sorted: false };
  const wish = { ...WISH, y: /** @type {const} */ ("linear") };
  for (const outliers of [true, false]) {
    const { low, high } = spanY([line], { low: 0, high: 2 }, { ...wish, outliers });
    expect(low).toBeGreaterThan(0);
    expect(high).toBeLessThan(6);
  }
  expect(spanY([line], null, wish).high).toBeGreaterThan(300);
  expect(spanY([line], { low: 3, high: 4 }, WISH)).toEqual({ low: 200, high: 450 });
});

test("a limit stands wherever the curves are, and two whichever is the greater", () => {
  const lines = [lineOf([0.5, 1])];
  /** @param {import("../src/types.ts").Limits} limits @param {"linear" | "log"} y */
  const span = (limits, y = "linear") => spanY(lines, null, { ...WISH, y, limits });
  expect(span([100, null])).toEqual({ low: 100, high: 110 });
  expect(span([null, -10])).toEqual({ low: -11, high: -10 });
  expect(span([3, -1])).toEqual({ low: -1, high: 3 });
  expect(span([2, 2])).toEqual({ low: 2, high: 2.2 });
  expect(span([100, null], "log")).toEqual({ low: 100, high: 1000 });
  expect(span([null, 0.1], "log")).toEqual({ low: 0.01, high: 0.1 });
  expect(span([3, 0.1], "log")).toEqual({ low: 0.1, high: 3 });
});

test("a log axis of x begins with what is above its line's zero, wherever that is", () => {
  const line = {
    ...lineOf([1, 2, 3, 4]),
    x: Float64Array.of(1.7e9, 1.7e9, 1.7e9 + 0.25, 1.7e9 + 50),
    offset: 1.7e9,
  };
  expect(spanX([line], true)).toEqual({ low: 0.25, high: 50 });
  expect(spanX([{ ...line, length: 2 }], true)).toBeNull();
  expect(spanX([line], false)).toEqual({ low: 0, high: 50 });
});
