import { expect, test } from "vitest";
import { before, paintMarks } from "../src/paint.js";

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

test("a mark's words are as large on a screen of many pixels as on another", () => {
  const asked = new Set();
  const ctx = /** @type {any} */ (
    new Proxy(
      { measureText: () => ({ width: 50 }) },
      {
        get: (own, name) => own[/** @type {keyof typeof own} */ (name)] ?? (() => {}),
        set: (_, name, value) => name !== "font" || asked.add(value) !== undefined,
      },
    )
  );
  const frame = { left: 0, top: 0, width: 600, height: 300, toX: (/** @type {number} */ x) => x };
  const marks = [{ x: 5, kind: "note", text: "unfroze", color: "#000", dash: [] }];
  const scene = /** @type {any} */ ({ marks, ink: "#000", font: "11px Arial" });
  for (const ratio of [1, 1.5, 2]) paintMarks(ctx, /** @type {any} */ ({ ...frame, ratio }), scene);
  expect([...asked]).toEqual(["11px Arial", "17px Arial", "22px Arial"]);
});
