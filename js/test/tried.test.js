import { expect, test } from "vitest";
import { createColors, NEUTRAL } from "../src/colors.js";
import { groupRuns } from "../src/math/groups.js";
import { createSettings } from "../src/settings.js";
import { createStore } from "../src/store.js";
import { createTried, hparamsOf } from "../src/tried.js";
import { createRegister, listRuns } from "../src/ui/listing.js";
import { bufferOf, header } from "./frames.js";

/** @param {Record<string, import("../src/types.ts").Hparams>} tried */
const told = (tried) => new Map(Object.entries(tried));
/** @param {Record<string, import("../src/types.ts").Hparams>} tried */
const of = (tried) => createTried({ tried: told(tried) });

const SWEEP = {
  "adam-1": { lr: 0.1, optimizer: "adam", layers: 3 },
  "adam-2": { lr: 0.01, optimizer: "adam", layers: 3 },
  "sgd-1": { lr: 0.1, optimizer: "sgd", layers: 3 },
};

test("a run has its own, else those of the nearest run above it", () => {
  const tried = told({ exp: { lr: 1 }, "exp/b/c": { lr: 2 } });
  expect(hparamsOf("exp/b/c", tried)).toEqual({ lr: 2 });
  expect(hparamsOf("exp/train", tried)).toEqual({ lr: 1 });
  expect(hparamsOf("exp/b/c/validation", tried)).toEqual({ lr: 2 });
  expect(hparamsOf("experiment", tried)).toEqual({});
  expect(hparamsOf("train", told({ ".": { lr: 3 } }))).toEqual({ lr: 3 });
});

test("a run that has none above has what those below it agree in, as torch writes them", () => {
  expect(hparamsOf("exp", told({ "exp/1700000000.5": { lr: 1, seed: 7 } }))).toEqual({ lr: 1, seed: 7 });
  expect(hparamsOf("sweep", told({ "sweep/1": { lr: 1, seed: 7 }, "sweep/2": { lr: 1, seed: 8 } }))).toEqual({
    lr: 1,
  });
  expect(hparamsOf(".", told({ 1700000000.5: { lr: 1 } }))).toEqual({ lr: 1 });
});

test("what differs between runs is offered first", () => {
  expect(of(SWEEP).names()).toEqual(["lr", "optimizer", "layers"]);
});

test("runs that tried the same stand together; a run that told nothing stands alone", () => {
  const groups = /** @type {any} */ ({ by: "hparam", pattern: "optimizer" });
  expect([...groupRuns(groups, [...Object.keys(SWEEP), "other"], of(SWEEP).of)]).toEqual([
    ["optimizer=adam", ["adam-1", "adam-2"]],
    ["optimizer=sgd", ["sgd-1"]],
  ]);
});

test("runs that tried the same share a colour, whatever the pattern of names; the others are neutral", () => {
  const settings = createSettings({ storage: null, initial: { colorBy: "(.*)", colorByTried: "optimizer" } });
  const colors = createColors(settings, () => false, of(SWEEP));
  expect(colors.of("adam-1")).toEqual(colors.of("adam-2"));
  expect(colors.of("adam-1").color).not.toBe(colors.of("sgd-1").color);
  expect(colors.of("other").color).toBe(NEUTRAL.light);
});

test("the store takes what was tried whenever it comes, and forgets it with its watch", () => {
  const store = createStore();
  const rows = /** @type {any} */ ([[0, "a", "_hparams_/session_start_info", "hparams", { lr: 0.1 }]]);
  const tried = createTried(store);
  store.apply(header(0, { series: [[0, "a", "_hparams_/session_start_info", "hparams"]] }), []);
  expect(tried.of("a")).toEqual({});
  /** @type {boolean[]} */
  const heard = [];
  store.on(({ structure }) => heard.push(structure));
  store.apply(header(1, { series: rows }), []);
  store.apply(header(2, { series: rows }), [bufferOf({ series: 1, value: [1] })]);
  expect(tried.of("a")).toEqual({ lr: 0.1 });
  expect(heard.slice(0, 1)).toEqual([true]);
  store.apply(header(0, { epoch: "another" }), []);
  expect(tried.of("a")).toEqual({});
});

test("runs are sorted by what they tried: numbers as numbers, then words; without a value last", () => {
  const store = createStore();
  const lr = { a: 0.01, b: "auto", c: 0.002, d: undefined, e: 10 };
  Object.entries(lr).forEach(([run, value], id) => {
    const hparams = /** @type {any} */ (
      value === undefined ? [] : [[id + 9, run, "h", "hparams", { lr: value }]]
    );
    store.apply(header(id, { series: [[id, run, "loss", "scalars"], ...hparams] }), [
      bufferOf({ series: id, value: [1] }),
    ]);
  });
  const register = createRegister(store, createTried(store));
  register.gather();
  const sort = { by: /** @type {const} */ ("last"), descending: false, tag: "", tried: "lr" };
  expect(listRuns(register, { filter: "", sort, tag: "loss" })).toEqual(["c", "a", "e", "b", "d"]);
});
