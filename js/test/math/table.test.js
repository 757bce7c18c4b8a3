import { expect, test } from "vitest";
import { csvOf, jsonOf } from "../../src/math/table.js";

/** @param {Iterable<import("../../src/math/table.js").Piece>} pieces */
const textOf = (pieces) => Array.from(pieces, ([text]) => text).join("");

/** @param {number[]} value @param {boolean} exact */
function columns(value, exact = true) {
  const step = Float64Array.from(value, (_, i) => i);
  const wall = Float64Array.from(value, (_, i) => 1.7e9 + i / 3);
  return { step, wall, value: Float64Array.from(value), length: value.length, exact };
}

const lines = [
  { run: 'a,"b"', tag: "=SUM(A1)", columns: columns([0.1, -0, Number.NaN]) },
  { run: "", tag: "loss", columns: columns([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-320]) },
];

test("CSV has each point with every digit, and names that spreadsheets and parsers read as text", () => {
  const rows = textOf(csvOf(lines)).split("\r\n");
  expect(rows[0]).toBe("run,tag,step,wall_time,value");
  expect(rows[1]).toBe(`"a,""b""",'=SUM(A1),0,1700000000,0.1`);
  expect(rows.slice(1, 7).map((row) => row.split(",").at(-1))).toEqual([
    ...["0.1", "-0", "nan", "inf", "-inf", "1e-320"],
  ]);
  expect(Number(rows[2].split(",").at(-2))).toBe(1.7e9 + 1 / 3);
  expect(rows[7]).toBe("");
});

test("JSON gives the same numbers back, and what JSON has no number for as a string", () => {
  const [one, two] = JSON.parse(textOf(jsonOf(lines)));
  expect(one).toEqual({
    run: 'a,"b"',
    tag: "=SUM(A1)",
    step: [0, 1, 2],
    wall_time: [1.7e9, 1.7e9 + 1 / 3, 1.7e9 + 2 / 3],
    value: [0.1, -0, "nan"],
  });
  expect(two.value).toEqual(["inf", "-inf", 1e-320]);
  expect(JSON.parse(textOf(jsonOf([])))).toEqual([]);
});

test("where the page lacks points, the file says of how many", () => {
  const partial = [{ run: "a", tag: "loss", total: 1000, columns: columns([1, 2], false) }, lines[1]];
  const rows = textOf(csvOf(partial)).split("\r\n");
  expect(rows[0]).toBe("run,tag,step,wall_time,value,of_points");
  expect(rows[1].split(",").at(-1)).toBe("1000");
  expect(rows[3].split(",").at(-1)).toBe("3");
  const [one, two] = JSON.parse(textOf(jsonOf(partial)));
  expect([one.of_points, two.of_points]).toEqual([1000, undefined]);
});

test.each([csvOf, jsonOf])("%o: a long series comes in pieces, whose points add up", (of) => {
  const long = { run: "a", tag: "loss", columns: columns(Array.from({ length: 10_001 }, (_, i) => i)) };
  const pieces = [...of([long, lines[0]])];
  expect(pieces.reduce((sum, [, points]) => sum + points, 0)).toBeCloseTo(10_004);
  expect(Math.max(...pieces.map(([, points]) => points))).toBeLessThan(5000);
  const text = textOf(pieces);
  if (of === jsonOf) expect(JSON.parse(text)[0].value).toEqual(Array.from(long.columns.value));
  else expect(text.split("\r\n")).toHaveLength(10_006);
});
