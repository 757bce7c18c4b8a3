import { expect, test } from "vitest";
import { createStore } from "../src/store.js";
import { bufferOf, header } from "./frames.js";

/** @import { Change } from "../src/types.js" */

/** The values that a series shows. @param {import("../src/types.js").Store} store @param {number} [id] */
const values = (store, id = 0) => [...(store.series.get(id)?.columns().value ?? [])];

const named = { series: /** @type {any} */ ([[0, "run", "loss", "scalars"]]) };

test("points are there once, whatever is lost, doubled or late", () => {
  const pieces = [0, 1, 2, 3, 4, 5].map((start) =>
    bufferOf({ start, value: [start, start + 1, start + 2], total: 8 }),
  );
  const store = createStore();
  for (const [seq, place] of [3, 0, 3, 5, 1, 4, 0, 5].entries())
    store.apply(header(seq, named), [pieces[place]]);
  expect(values(store)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  expect(store.series.get(0)?.columns().exact).toBe(true);
  expect(store.points).toBe(8);
});

test("a hole is a hole until it is filled", () => {
  const store = createStore();
  store.apply(header(0, named), [bufferOf({ start: 0, value: [0, 1], total: 6 })]);
  store.apply(header(1), [bufferOf({ start: 4, value: [4, 5], total: 6 })]);
  expect(values(store)).toEqual([0, 1, 4, 5]);
  expect(store.points).toBe(4);
  store.apply(header(2), [bufferOf({ start: 1, value: [1, 2, 3, 4], total: 6 })]);
  expect(values(store)).toEqual([0, 1, 2, 3, 4, 5]);
});

test("picked points stand for all of their span until exact ones come", () => {
  const store = createStore();
  store.apply(header(0, named), [
    bufferOf({ start: 0, span: 100, index: [0, 40, 99], value: [0, 40, 99], total: 100 }),
  ]);
  expect(store.points).toBe(100);
  expect(store.series.get(0)).toMatchObject({ known: 0, total: 100 });
  store.apply(header(1), [
    bufferOf({ start: 39, value: [39, 40, 41], total: 102 }),
    bufferOf({ start: 100, value: [100, 101], total: 102 }),
  ]);
  expect(values(store)).toEqual([0, 39, 40, 41, 99, 100, 101]);
  expect(store.points).toBe(102);
  expect(store.series.get(0)?.columns().exact).toBe(false);
});

test("a restart voids what was there, and what is late of it", () => {
  const store = createStore();
  store.apply(header(0, named), [bufferOf({ value: [0, 1, 2, 3] })]);
  store.apply(header(2), [bufferOf({ version: 1, value: [0, 1] })]);
  store.apply(header(1), [bufferOf({ start: 4, value: [4] })]);
  expect(values(store)).toEqual([0, 1]);
  expect(store.points).toBe(2);
  expect(store.series.get(0)?.version).toBe(1);
});

test("data that comes before its name waits for it", () => {
  const store = createStore();
  store.apply(header(0), [bufferOf({ value: [1, 2] })]);
  expect(store.series.size).toBe(0);
  expect(store.points).toBe(0);
  store.apply(header(1, named), []);
  expect(values(store)).toEqual([1, 2]);
  expect(store.points).toBe(2);
});

test("runs and tags are in the kernel's order, whatever order they arrive in", () => {
  const store = createStore();
  store.apply(header(1, { series: [[2, "b", "loss", "scalars"]] }), []);
  store.apply(
    header(0, {
      series: [
        [0, "a", "loss", "scalars"],
        [1, "a", "acc", "scalars"],
      ],
    }),
    [],
  );
  expect(store.runs()).toEqual(["a", "b"]);
  expect(store.tags()).toEqual(["loss", "acc"]);
});

test("listeners hear once a frame, and only of what changed", () => {
  const store = createStore();
  /** @type {Change[]} */
  const heard = [];
  const end = store.on((change) => heard.push(change));
  const buffers = [bufferOf({ value: [1] }), bufferOf({ series: 1, value: [1] })];
  store.apply(
    header(0, {
      series: [
        [0, "a", "x", "scalars"],
        [1, "a", "y", "scalars"],
      ],
    }),
    buffers,
  );
  store.apply(header(1), buffers);
  store.apply(header(2), [bufferOf({ series: 1, start: 1, value: [2], total: 2 })]);
  store.apply(header(3, { status: { notes: ["a note"] } }), []);
  end();
  store.apply(header(4), [bufferOf({ start: 1, value: [2], total: 2 })]);
  expect(heard.map((change) => [[...change.touched], change.structure, change.status])).toEqual([
    [[0, 1], true, true],
    [[1], false, false],
    [[], false, true],
  ]);
});

test("the newest status counts, and what the page sees of the line stands over it", () => {
  const store = createStore();
  store.apply(header(5, { status: { state: "live", notes: ["new"] } }), []);
  store.apply(header(4, { status: { state: "idle", notes: ["old"] } }), []);
  expect(store.status).toMatchObject({ state: "live", notes: ["new"] });
  store.setState("lost");
  expect(store.status.state).toBe("lost");
  store.setState(null);
  expect(store.status.state).toBe("live");
});

test("another watch begins anew", () => {
  const store = createStore();
  store.apply(header(7, named), [bufferOf({ value: [1, 2] })]);
  store.apply({ ...header(0, named), epoch: "next" }, [bufferOf({ value: [5] })]);
  expect(values(store)).toEqual([5]);
  expect(store.points).toBe(1);
});

test("a frame of a format to come changes nothing", () => {
  const store = createStore();
  store.apply({ ...header(0, named), tbnb: 2 }, [bufferOf({ value: [1] })]);
  expect(store.series.size).toBe(0);
});

test("beyond what it should hold, it lets go of old points that stand behind picked ones", () => {
  const store = createStore();
  const whole = Array.from({ length: 100 }, (_, place) => place);
  store.apply(header(0, { ...named, keep: 50 }), [bufferOf({ value: whole })]);
  expect(store.series.get(0)?.known).toBe(100);
  store.apply(header(1, { keep: 50 }), [
    bufferOf({ span: 90, index: [0, 45, 89], value: [0, 45, 89], total: 100 }),
  ]);
  expect(store.series.get(0)?.known).toBe(50);
  expect(values(store)).toEqual([0, 45, ...whole.slice(50)]);
  expect(store.points).toBe(100);
  store.apply(header(2, { keep: 50 }), [bufferOf({ start: 100, value: [100], total: 101 })]);
  expect(store.series.get(0)?.known).toBe(51);
});
