// The mathematics beside NumPy's: tests/data/math/make.py says how each number came about.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { aggregate } from "../../src/math/groups.js";
import { valueRange } from "../../src/math/percentiles.js";
import { smooth } from "../../src/math/smoothing.js";
import { statsOf } from "../../src/math/stats.js";

/** @param {string} name @returns {any[]} */
function cases(name) {
  const url = new URL(`../../../tests/data/math/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, "utf8"));
}

const WORDS = /** @type {Record<string, number>} */ ({ nan: Number.NaN, inf: Infinity, "-inf": -Infinity });

/** @param {(number | string)[]} list */
function floats(list) {
  return Float64Array.from(list, (one) => (typeof one === "string" ? WORDS[one] : one));
}

/** @param {{ step: number[], value: (number | string)[] }} line */
function columnsOf({ step, value }) {
  return { step: floats(step), wall: floats(step), value: floats(value), length: step.length };
}

/** @param {ArrayLike<number>} got @param {ArrayLike<number>} wanted */
function expectClose(got, wanted, part = 1e-9) {
  expect(got.length).toBe(wanted.length);
  for (let i = 0; i < wanted.length; i++) {
    if (!Number.isFinite(wanted[i])) expect(got[i]).toBe(wanted[i]);
    else expect(Math.abs(got[i] - wanted[i])).toBeLessThan(part * Math.max(1, Math.abs(wanted[i])));
  }
}

for (const { amount, step, value, out } of cases("smoothing"))
  test.each(/** @type {const} */ (["ema", "twema", "mean", "median"]))(
    `%s at ${amount} is what NumPy comes to`,
    (kind) => expectClose(smooth({ kind, amount }, columnsOf({ step, value })), floats(out[kind])),
  );

for (const { value, range, all } of cases("percentiles"))
  test(`the range of ${value.length} values, with and without outliers`, () => {
    expectClose(valueRange([floats(value)]) ?? [], range);
    expectClose(valueRange([floats(value)], { ignore: false }) ?? [], all);
  });

for (const { step, value, from, to, out } of cases("stats"))
  test(`what is said of the steps from ${from} to ${to}`, () => {
    const got = /** @type {any} */ (statsOf(columnsOf({ step, value }), from, to));
    const names = Object.keys(out);
    expectClose(
      names.map((name) => got[name]),
      names.map((name) => out[name]),
    );
  });

for (const { members, out } of cases("groups"))
  for (const statistic of /** @type {const} */ (["mean", "median"]))
    test.each(/** @type {const} */ (["minmax", "std", "confidence"]))(
      `the ${statistic} of ${members.length} runs with their %s`,
      (band) => {
        const got = aggregate(members.map(columnsOf), { statistic, band });
        expectClose(got.step, out.step);
        expectClose(got.count, out.count);
        expectClose(got.value, out.value[statistic]);
        const part = members.length > 31 ? 1e-5 : 1e-9; // beyond its table, Student's t is a series
        expectClose(got.low, out.bands[statistic][band][0], part);
        expectClose(got.high, out.bands[statistic][band][1], part);
      },
    );
