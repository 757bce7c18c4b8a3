import { describe, expect, test } from "vitest";
import { createPath, createPyramid, lowerBound, trace } from "../src/buckets.js";
import { edgesOf } from "../src/chart.js";
import { random } from "./random.js";

/** Least and greatest finite value, the plain way. @param {Float64Array} values @param {number} from @param {number} to */
function plainExtent(values, from, to) {
  const finite = [...values.subarray(from, to)].filter(Number.isFinite);
  return { low: Math.min(...finite, Infinity), high: Math.max(...finite, -Infinity) };
}

/** @param {number} length @param {number} [odd] one of so many is not finite */
function noise(length, odd = 0) {
  const next = random(`noise ${length}`);
  const strange = [Number.NaN, Infinity, -Infinity];
  return Float64Array.from({ length }, (_, i) => (odd && i % odd === 3 ? strange[i % 3] : next() - 0.5));
}

/** @param {Float64Array} x @param {Float64Array} y @param {number} [offset] */
function lineOf(x, y, offset = 0) {
  const pyramid = createPyramid();
  pyramid.extend(y, y.length, 0);
  return { x, y, offset, length: x.length, sorted: true, pyramid };
}

/** @param {ReturnType<typeof createPath>} path */
const points = (path) => Array.from({ length: path.length }, (_, i) => [path.x[i], path.y[i]]);

/** Column by column what a path shows, the plain way: of all points, or of a path's. @param {number[][]} all @param {Float64Array} edges */
function columnsOf(all, edges) {
  return Array.from({ length: edges.length - 1 }, (_, i) => {
    const here = all
      .filter(([x, y]) => x >= edges[i] && x < edges[i + 1] && Number.isFinite(y))
      .map(([, y]) => y);
    return here.length ? [Math.min(...here), Math.max(...here)] : null;
  });
}

describe("a pyramid", () => {
  test("gives the least and the greatest finite value of any range, as a plain look does", () => {
    for (const length of [0, 1, 15, 16, 17, 255, 256, 257, 5000]) {
      const values = noise(length, 7);
      const pyramid = createPyramid();
      pyramid.extend(values, length, 0);
      const next = random(`ranges ${length}`);
      for (let n = 0; n < 200; n++) {
        const [from, to] = [next(), next()]
          .map((part) => Math.floor(part * (length + 1)))
          .sort((a, b) => a - b);
        expect(pyramid.extent(from, to)).toEqual(plainExtent(values, from, to));
      }
    }
  });

  test("grows by pieces to what it is when made at once", () => {
    const values = noise(3000, 11);
    const pyramid = createPyramid();
    const next = random("pieces");
    for (let length = 0; length < 3000; ) {
      length = Math.min(3000, length + Math.floor(next() * 70));
      pyramid.extend(values, length);
      const from = Math.floor(next() * length);
      expect(pyramid.extent(from, length)).toEqual(plainExtent(values, from, length));
      expect(pyramid.extent(0, length)).toEqual(plainExtent(values, 0, length));
    }
  });

  test("forgets what was withdrawn, and takes what changed behind the points that were kept", () => {
    const values = noise(2000);
    const pyramid = createPyramid();
    pyramid.extend(values, 2000, 0);
    const other = values.slice();
    other.fill(9, 700, 800);
    pyramid.extend(other, 1200, 700);
    expect(pyramid.extent(0, 1200)).toEqual(plainExtent(other, 0, 1200));
    expect(pyramid.extent(0, 700)).toEqual(plainExtent(values, 0, 700));
  });
});

describe("a trace", () => {
  test("spans in each column what all its points span, however many there are", () => {
    for (const length of [100, 3000, 100_000]) {
      const x = Float64Array.from({ length }, (_, i) => i * 3);
      const line = lineOf(x, noise(length));
      const edges = edgesOf({ low: length * 0.7, high: length * 2.2 }, false, 180);
      const inside = [...x]
        .map((at, i) => [at, line.y[i]])
        .filter(([at]) => at >= edges[0] && at < edges[edges.length - 1]);
      expect(columnsOf(points(trace(line, edges, createPath())), edges)).toEqual(columnsOf(inside, edges));
    }
  });

  test("keeps a spike of one point in a million", () => {
    const length = 1_000_000;
    const y = new Float64Array(length);
    y[654_321] = 42;
    y[123_456] = -7;
    const path = trace(
      lineOf(
        Float64Array.from(y, (_, i) => i),
        y,
      ),
      edgesOf({ low: 0, high: length }, false, 600),
      createPath(),
    );
    expect(path.length).toBeLessThan(4 * 610);
    const shown = points(path).map(([, value]) => value);
    expect(Math.max(...shown)).toBe(42);
    expect(Math.min(...shown)).toBe(-7);
  });

  test("joins what is in view with the nearest points beside it", () => {
    const line = lineOf(Float64Array.of(0, 10, 20, 30), Float64Array.of(0, 1, 2, 3));
    const path = trace(line, Float64Array.of(12, 14, 16), createPath());
    expect(points(path)).toEqual([
      [10, 1],
      [20, 2],
    ]);
  });

  test("shows few points as they are, and parts the line where a value is not a number", () => {
    const line = lineOf(Float64Array.of(5, 6, 7, 8), Float64Array.of(1, Number.NaN, Infinity, 4), 5);
    expect(points(trace(line, Float64Array.of(0, 1, 2, 3, 4), createPath()))).toEqual([
      [0, 1],
      [1, Number.NaN],
      [2, Number.NaN],
      [3, 4],
    ]);
  });

  test("goes through all points in their order where x goes back", () => {
    const line = { ...lineOf(Float64Array.of(0, 2, 1, 3), Float64Array.of(0, 1, 2, 3)), sorted: false };
    expect(points(trace(line, Float64Array.of(0, 1, 2, 3), createPath())).map(([x]) => x)).toEqual([
      0, 2, 1, 3,
    ]);
  });

  test("has nothing to show of no points", () => {
    expect(
      trace(lineOf(new Float64Array(0), new Float64Array(0)), Float64Array.of(0, 1), createPath()).length,
    ).toBe(0);
  });
});

test("columns stand where they stood when the view moves by less than one", () => {
  const before = edgesOf({ low: 100, high: 200 }, false, 50);
  const after = edgesOf({ low: 101, high: 201 }, false, 50);
  expect([...after]).toEqual([...before]);
});

test("columns on a log axis are evenly wide to the eye", () => {
  const edges = edgesOf({ low: 1, high: 10_000 }, true, 4);
  expect([...edges].map((edge) => Math.round(edge))).toEqual([1, 10, 100, 1000, 10_000, 100_000]);
});

test("the first index not below a value", () => {
  const x = Float64Array.of(1, 2, 2, 5);
  expect([0, 1, 2, 3, 5, 6].map((value) => lowerBound(x, value, 0, 4))).toEqual([0, 0, 1, 3, 3, 4]);
});

test("where x begins anew, no line leads back; points merely out of order stay joined", () => {
  const x = Float64Array.from([0, 1, 2, 3, 0, 1, 3, 2, 4, 0, 1]);
  const y = Float64Array.from(x, (_, i) => i);
  const pyramid = createPyramid();
  pyramid.extend(y, y.length);
  const line = { x, offset: 0, y, length: x.length, sorted: false, pyramid };
  const parts = (/** @type {boolean} */ parted) => {
    const path = trace({ ...line, parted }, Float64Array.of(0, 2, 4), createPath());
    return Array.from(path.y.subarray(0, path.length), (value) => (Number.isNaN(value) ? "|" : value)).join(
      "",
    );
  };
  expect(parts(false)).toBe("012345678910");
  expect(parts(true)).toBe("0123|45678|910");
});
