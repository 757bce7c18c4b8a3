import { expect, test } from "vitest";
import { epochStarts, rateJumps } from "../../src/math/landmarks.js";

/** @param {number[]} values */
function columns(values) {
  const step = Float64Array.from(values, (_, i) => 10 * i);
  return { step, wall: step.map((at) => 1e9 + at), value: Float64Array.from(values), length: values.length };
}

/** @param {(i: number) => number} value @param {number} length */
const series = (value, length) => columns(Array.from({ length }, (_, i) => value(i)));

const steps = (/** @type {{ step: number }[]} */ marks) => marks.map(({ step }) => step);

test("an epoch begins where the whole part grows: whole numbers, fractions, quotients", () => {
  expect(steps(epochStarts(columns([0, 0, 1, 1, 1, 2])))).toEqual([20, 50]);
  expect(steps(epochStarts(series((i) => 0.13 * i, 20)))).toEqual([80, 160]);
  expect(steps(epochStarts(series((i) => (i * 0.1 * 3) / 3, 31)))).toEqual([100, 200, 300]);
  expect(epochStarts(columns([0, 1]))[0]).toEqual({
    step: 10,
    wall: 1e9 + 10,
    kind: "epoch",
    text: "epoch 1",
  });
});

test("of many epochs a round part is marked", () => {
  const marks = epochStarts(series((i) => i, 300));
  expect(marks.length).toBe(29);
  expect(marks[0].text).toBe("epoch 10");
  expect(epochStarts(series((i) => i, 1e5)).length).toBeLessThanOrEqual(36);
  expect(epochStarts(columns([]))).toEqual([]);
  expect(steps(epochStarts(columns([Number.NaN, 1, Number.NaN, 2])))).toEqual([30]);
});

test("a step of a learning rate is a jump, whether it's logged each batch or each epoch", () => {
  const stairs = series((i) => 0.1 * 0.1 ** Math.floor(i / 30), 100);
  expect(steps(rateJumps(stairs))).toEqual([300, 600, 900]);
  expect(rateJumps(stairs)[0].text).toBe("lr 0.1 → 0.01");
  expect(steps(rateJumps(series((i) => (i < 50 ? 1e-4 : 1e-3), 100)))).toEqual([500]);
});

test.each([
  ["constant", () => 0.1],
  ["cosine to zero", (/** @type {number} */ i) => 1 + Math.cos((Math.PI * i) / 199)],
  ["linear warm-up from zero", (/** @type {number} */ i) => i / 200],
  ["exponential", (/** @type {number} */ i) => 0.5 ** i],
  ["inverse square root", (/** @type {number} */ i) => 1 / Math.sqrt(i + 1)],
  ["noise", (/** @type {number} */ i) => 1 + 0.5 * Math.sin(i * i)],
  ["not a number", (/** @type {number} */ i) => (i % 20 ? 0.1 : Number.NaN)],
])("a schedule that changes it all the time marks nothing: %s", (_, value) => {
  expect(rateJumps(series(value, 200))).toEqual([]);
});

test("a warm restart within a smooth schedule is a jump", () => {
  const restarts = series((i) => 0.01 + 1 + Math.cos((Math.PI * (i % 100)) / 100), 250);
  expect(steps(rateJumps(restarts))).toEqual([1000, 2000]);
});
