import { expect, test } from "vitest";
import { paceOf } from "../../src/math/pace.js";
import { readRegex } from "../../src/regex.js";
import { createSettings } from "../../src/settings.js";
import { createStore } from "../../src/store.js";
import { wordsFor } from "../../src/ui/empty.js";
import { createRegister, listRuns } from "../../src/ui/listing.js";
import { groupWords } from "../../src/ui/options.js";
import { capturedBy } from "../../src/ui/palette.js";
import { factsOf, sentencesOf } from "../../src/ui/standing.js";
import { bufferOf, header } from "../frames.js";

/** @param {number[]} step @param {number[]} wall */
const columns = (step, wall) => ({
  step: Float64Array.from(step),
  wall: Float64Array.from(wall),
  value: new Float64Array(step.length),
  length: step.length,
});

test("a pace is that of the last seconds, by the points' own times", () => {
  const every = Array.from({ length: 1000 }, (_, i) => i);
  const slow = every.map((i) => (i < 500 ? 10 * i : 5000 + (i - 500) / 2));
  expect(paceOf(columns(every, slow))).toBeCloseTo(2);
  expect(
    paceOf(
      columns(
        every.map((i) => 7 * i),
        every,
      ),
    ),
  ).toBeCloseTo(7);
});

test("points further apart than the span still tell a pace", () => {
  expect(paceOf(columns([0, 100], [0, 600]))).toBeCloseTo(1 / 6);
});

test.each([
  ["no point", [], []],
  ["one point", [1], [1]],
  ["points of one time", [1, 2], [5, 5]],
  ["steps that go back", [9, 1], [1, 2]],
])("%s: no pace", (_, step, wall) => {
  expect(paceOf(columns(step, wall))).toBeNaN();
});

/** @param {Record<string, [tag: string, start: number, value: number][]>} runs */
function storeOf(runs) {
  const store = createStore();
  let id = 0;
  for (const [run, series] of Object.entries(runs))
    for (const [tag, start, value] of series) {
      const named = /** @type {[number, string, string, string][]} */ ([[id, run, tag, "scalars"]]);
      store.apply(header(id, { series: named }), [bufferOf({ series: id, value: [value], wall: [start] })]);
      id++;
    }
  return store;
}

const RUNS = storeOf({
  run10: [["loss", 100, 0.5]],
  run2: [
    ["loss", 300, Number.NaN],
    ["acc", 200, 7],
  ],
  run1: [["acc", 50, 3]],
  run3: [["loss", 60, 0.1]],
});

/** @param {Partial<Parameters<typeof listRuns>[1]["sort"]>} sort @param {string} [filter] */
function listed(sort, filter = "") {
  const register = createRegister(RUNS);
  register.gather();
  return listRuns(register, {
    filter,
    sort: { by: "name", descending: false, tag: "", ...sort },
    tag: sort.tag ?? "loss",
  });
}

test("runs are listed by name as people count, by start, by last value", () => {
  expect(listed({ by: "name" })).toEqual(["run1", "run2", "run3", "run10"]);
  expect(listed({ by: "name", descending: true })).toEqual(["run10", "run3", "run2", "run1"]);
  expect(listed({ by: "start" })).toEqual(["run1", "run3", "run10", "run2"]);
  expect(listed({ by: "last", tag: "acc" })).toEqual(["run1", "run2", "run3", "run10"]);
});

test("a run without a value comes last, whichever way", () => {
  expect(listed({ by: "last" })).toEqual(["run3", "run10", "run1", "run2"]);
  expect(listed({ by: "last", descending: true })).toEqual(["run10", "run3", "run2", "run1"]);
});

test("a filter lists what it matches, half-written all", () => {
  expect(listed({}, "1")).toEqual(["run1", "run10"]);
  expect(listed({}, "1(")).toHaveLength(4);
});

test("runs that agree in what is captured are counted together", () => {
  const { groups, rest } = capturedBy(["a-lr1", "b-lr1", "c-lr2", "d"], readRegex("lr(.)").groups);
  expect([...groups]).toEqual([
    ["1", { run: "a-lr1", count: 2 }],
    ["2", { run: "c-lr2", count: 1 }],
  ]);
  expect(rest).toBe(1);
});

test("groups are told in words", () => {
  expect(groupWords(new Map(), 3)).toBe("No run matches.");
  expect(groupWords(new Map([["a", ["a1", "a2"]]]), 2)).toBe("1 group: a (2).");
  expect(groupWords(new Map("abcdef".split("").map((name) => [name, [name]])), 8)).toBe(
    "6 groups: a (1), b (1), c (1), d (1), and 2 more; 2 runs stand alone.",
  );
});

const MEASURED = { step: 1234, age: 5.9, lag: 0.034, pace: 41.26, points: 1_000_000, known: 1, total: 1 };

test("the line tells pace and lag while live, and what doesn't pass always", () => {
  expect(factsOf("live", MEASURED)).toEqual({
    pace: "41.3 steps/s",
    newest: "step 1,234, 5 s ago",
    lag: "lag 34 ms",
    points: "1,000,000 points",
  });
  expect(factsOf("live", { ...MEASURED, pace: 470_580.4 }).pace).toBe("470,580 steps/s");
  expect(factsOf("idle", MEASURED)).toMatchObject({ pace: "", lag: "", newest: "step 1,234, 5 s ago" });
  const nothing = { step: Number.NaN, age: Number.NaN, lag: Number.NaN, pace: Number.NaN, points: 0 };
  expect(factsOf("live", { ...MEASURED, ...nothing })).toEqual({ pace: "", newest: "", lag: "", points: "" });
});

test("points of long ago are no lag, and a clock that is behind is none either", () => {
  expect(factsOf("live", { ...MEASURED, lag: 86400 }).lag).toBe("");
  expect(factsOf("live", { ...MEASURED, lag: -0.2 }).lag).toBe("lag 0 ms");
});

test("lateness is said only while live and only when it's late", () => {
  const status = { ...RUNS.status, state: /** @type {const} */ ("live") };
  expect(sentencesOf(status, MEASURED).wrong).toEqual([]);
  expect(sentencesOf(status, { ...MEASURED, lag: 30 }).wrong[0]).toMatch(/^Points come 30 s after/);
  expect(sentencesOf({ ...status, state: "idle" }, { ...MEASURED, lag: 30 }).wrong).toEqual([]);
  expect(sentencesOf({ ...status, state: "lost" }, MEASURED).told[0]).toMatch(/silent/);
  expect(sentencesOf(status, { ...MEASURED, known: 5, total: 10_000 }).told[0]).toMatch(/5 of 10,000/);
});

test("what stands where nothing is drawn says why", () => {
  const settings = createSettings({ logdir: "runs/x", storage: null });
  const title = (/** @type {import("../../src/types.ts").Store} */ store) => wordsFor(store, settings)?.title;
  const bare = createStore();
  expect(title(bare)).toBe("Waiting for the first point");
  expect(wordsFor(bare, settings)?.hint).toMatch("runs/x");
  expect(title(RUNS)).toBeUndefined();
  settings.set("tagsFilter", "nothing");
  expect(title(RUNS)).toBe("No tag matches the filter");
  settings.update({ tagsFilter: "", runsFilter: "nothing" });
  expect(title(RUNS)).toBe("No run matches the filter");
  settings.update({ runsFilter: "", hidden: RUNS.runs() });
  expect(title(RUNS)).toBe("All runs are hidden");
  const named = { series: /** @type {any} */ ([[0, "run", "loss", "scalars"]]) };
  bare.apply(header(0, named), []);
  expect(title(bare)).toBe("Waiting for the first point");
});

test("runs and tags that have nothing in common are told of, and shown again", () => {
  const store = createStore();
  const names = ["a", "b"].map((run, id) => [id, run, `loss of ${run}`, "scalars"]);
  const points = names.map((_, series) => bufferOf({ series, value: [1, 2] }));
  store.apply(header(0, { series: /** @type {any} */ (names) }), points);
  const settings = createSettings({ storage: null, initial: { tagsFilter: "of a", hidden: ["a"] } });
  const words = wordsFor(store, settings);
  expect(words?.title).toBe("No chart has a curve");
  settings.set("hideEmpty", false);
  expect(wordsFor(store, settings)).toBeNull();
  settings.update({ hideEmpty: true, ...words?.undo?.[1] });
  expect(wordsFor(store, settings)).toBeNull();
});
