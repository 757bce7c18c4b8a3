import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createDetail } from "../src/detail.js";
import { createStore } from "../src/store.js";
import { bufferOf, header } from "./frames.js";

const named = { series: /** @type {any} */ ([[0, "run", "loss", "scalars"]]) };

/** A series of 1,000 points of which the page holds every tenth, as picked ones. */
function pictured() {
  const store = createStore();
  const index = Array.from({ length: 100 }, (_, i) => 10 * i);
  store.apply(header(0, named), [bufferOf({ start: 0, span: 1000, total: 1000, index, value: index })]);
  return store;
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("window", globalThis);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** @param {ReturnType<typeof createStore>} store */
function started(store) {
  /** @type {any[]} */
  const sent = [];
  const detail = createDetail((message) => sent.push(message), Date.now);
  const series = /** @type {import("../src/types.js").Series} */ (store.series.get(0));
  return { sent, zoom: (/** @type {any} */ view) => detail.want(series, "step", view) };
}

test("a series lacks what stands behind picked points, up to their neighbours", () => {
  const store = pictured();
  const series = store.series.get(0);
  expect(series?.lacks?.("step", 205, 235)).toEqual([[200, 240]]);
  const value = Array.from({ length: 15 }, (_, i) => 210 + i);
  store.apply(header(1), [bufferOf({ start: 210, total: 1000, value })]);
  expect(series?.lacks?.("step", 205, 235)).toEqual([
    [200, 210],
    [225, 240],
  ]);
  expect(series?.lacks?.("step", 5000, 6000)).toEqual([]);
});

test("a zoom is asked for once, when it rests", () => {
  const { sent, zoom } = started(pictured());
  zoom({ low: 100, high: 900 });
  zoom({ low: 205, high: 235 });
  expect(sent).toEqual([]);
  vi.advanceTimersByTime(1000);
  expect(sent).toEqual([{ type: "range", series: [[0, 200, 240]] }]);
  vi.advanceTimersByTime(30_000);
  expect(sent.length).toBe(1);
});

test("what came is not asked for again; another zoom is", () => {
  const store = pictured();
  const { sent, zoom } = started(store);
  zoom({ low: 205, high: 235 });
  vi.advanceTimersByTime(1000);
  const value = Array.from({ length: 40 }, (_, i) => 200 + i);
  store.apply(header(1), [bufferOf({ start: 200, total: 1000, value })]);
  zoom({ low: 205, high: 235 });
  zoom({ low: 505, high: 515 });
  vi.advanceTimersByTime(5000);
  expect(sent.slice(1)).toEqual([{ type: "range", series: [[0, 500, 520]] }]);
});

test("a whole curve is never asked for", () => {
  const { sent, zoom } = started(pictured());
  zoom({ low: 205, high: 235 });
  zoom(null);
  vi.advanceTimersByTime(100_000);
  expect(sent).toEqual([]);
});
