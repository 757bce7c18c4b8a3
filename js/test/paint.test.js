import { expect, test } from "vitest";
import { before } from "../src/paint.js";

/** @param {number[]} values */
function oddities(values) {
  const y = Float64Array.from(values);
  const at = values.flatMap((value, i) => (Number.isFinite(value) ? [] : [i]));
  const line = /** @type {any} */ ({ y, length: y.length });
  return at.map((_, n) => before(line, at, n));
}

const { NaN: nan, POSITIVE_INFINITY: inf } = Number;

test("what is no number stands where the curve was before, else where it begins", () => {
  expect(oddities([nan, inf, 3, nan, nan, 5, inf, 7, 8, nan])).toEqual([3, 3, 3, 3, 5, 8]);
  expect(oddities([1, nan])).toEqual([1]);
  expect(oddities([nan, nan])).toEqual([0, 0]);
});

test("a curve that was lost long ago is asked for few of its values", () => {
  let asked = 0;
  const y = new Proxy(new Float64Array(100_000).fill(Number.NaN, 10), {
    get(array, key) {
      asked++;
      return Reflect.get(array, key);
    },
  });
  const at = Array.from({ length: 99_990 }, (_, i) => i + 10);
  expect(before(/** @type {any} */ ({ y, length: 100_000 }), at, 99_989)).toBe(0);
  expect(asked).toBeLessThan(10);
});
