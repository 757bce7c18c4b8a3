import { expect, test } from "vitest";
import { createSmoother, smooth, windowOf } from "../../src/math/smoothing.js";

/** @param {number[]} values @param {number[]} [steps] */
function columnsOf(values, steps = values.map((_, i) => i)) {
  const step = Float64Array.from(steps);
  return { step, wall: step.map((s) => 1e9 + s), value: Float64Array.from(values), length: values.length };
}

/** TensorBoard's, word for word what its page computes. @param {number[]} values @param {number} weight */
function tensorboard(values, weight) {
  if (values.every((value) => value === values[0])) return values;
  let last = 0;
  let count = 0;
  return values.map((value) => {
    if (!Number.isFinite(value)) return value;
    last = last * weight + (1 - weight) * value;
    count++;
    return last / (1 - weight ** count);
  });
}

/** @param {number} n */
function noisy(n) {
  let state = 7;
  return Array.from({ length: n }, (_, i) => {
    state = (state * 16807) % 2147483647;
    return i % 97 === 13 ? [Number.NaN, Infinity, -Infinity][i % 3] : Math.exp(-i / 500) + state / 2147483647;
  });
}

const KINDS = /** @type {const} */ (["ema", "twema", "mean", "median", "none"]);

test.each([0, 0.3, 0.6, 0.99, 0.999])("the average is TensorBoard's to the digit at %d", (amount) => {
  const values = noisy(5000);
  expect([...smooth({ kind: "ema", amount }, columnsOf(values))]).toEqual(tensorboard(values, amount));
});

test.each(KINDS)("%s leaves a constant series as it is, and passes non-finite values through", (kind) => {
  expect([...smooth({ kind, amount: 0.9 }, columnsOf([0.1, 0.1, 0.1]))]).toEqual([0.1, 0.1, 0.1]);
  const [first, gap, , infinite] = smooth({ kind, amount: 0.9 }, columnsOf([1, Number.NaN, 2, -Infinity, 3]));
  expect([first, gap, infinite]).toEqual([1, Number.NaN, -Infinity]);
});

test.each(KINDS)("%s of points that come piece by piece is that of all at once", (kind) => {
  const values = [...Array(40).fill(3), ...noisy(3000)];
  const smoother = createSmoother({ kind, amount: 0.95 });
  for (const length of [1, 2, 39, 40, 41, 700, 701, values.length])
    smoother.extend(columnsOf(values.slice(0, length)));
  expect(smoother.extend(columnsOf(values))).toEqual(smooth({ kind, amount: 0.95 }, columnsOf(values)));
});

test("points more are all that is looked at", () => {
  const values = noisy(1000);
  const smoother = createSmoother({ kind: "ema", amount: 0.6 });
  smoother.extend(columnsOf(values));
  const before = [...smoother.extend(columnsOf(values.fill(0, 0, 999)))];
  expect(before).toEqual([...smooth({ kind: "ema", amount: 0.6 }, columnsOf(noisy(1000)))]);
});

test("points that changed before the end are smoothed anew", () => {
  const smoother = createSmoother({ kind: "ema", amount: 0.6 });
  smoother.extend(columnsOf([1, 2, 3]));
  expect([...smoother.extend(columnsOf([5, 6, 7, 8]), 0)]).toEqual(tensorboard([5, 6, 7, 8], 0.6));
  expect([...smoother.extend(columnsOf([9]), 1)]).toEqual([9]);
});

test("evenly spaced points have the time-weighted average of a plain one", () => {
  const values = noisy(500).filter(Number.isFinite);
  const plain = tensorboard(values, 0.9);
  const steps = values.map((_, i) => 50 * i);
  smooth({ kind: "twema", amount: 0.9 }, columnsOf(values, steps)).forEach((value, i) => {
    expect(value).toBeCloseTo(plain[i], 12);
  });
});

test("after a long pause the past weighs little in a time-weighted average", () => {
  const values = [1, 1, 1, 1, 5];
  const [steady, paused] = [
    [0, 1, 2, 3, 4],
    [0, 1, 2, 3, 400],
  ].map((steps) => smooth({ kind: "twema", amount: 0.9 }, columnsOf(values, steps))[4]);
  expect(steady).toBeLessThan(3);
  expect(paused).toBeCloseTo(5, 6);
});

test("the running mean and median are those of the last points", () => {
  const values = noisy(800).filter(Number.isFinite);
  const size = windowOf(0.9);
  expect(size).toBe(19);
  const mean = smooth({ kind: "mean", amount: 0.9 }, columnsOf(values));
  const median = smooth({ kind: "median", amount: 0.9 }, columnsOf(values));
  values.forEach((_, i) => {
    const last = values.slice(Math.max(0, i - size + 1), i + 1).sort((a, b) => a - b);
    expect(mean[i]).toBeCloseTo(last.reduce((a, b) => a + b, 0) / last.length, 12);
    const half = last.length >> 1;
    expect(median[i]).toBe(last.length % 2 ? last[half] : (last[half - 1] + last[half]) / 2);
  });
});

test("a spike of 1e20 leaves no trace in a running mean when it has left", () => {
  const values = Array.from({ length: 60 }, (_, i) => (i === 5 ? 1e20 : 0.25 + (i % 2)));
  expect(smooth({ kind: "mean", amount: 0.8 }, columnsOf(values))[59]).toBe(7.25 / 9);
});
