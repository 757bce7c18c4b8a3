import { expect, test, vi } from "vitest";
import { createColors } from "../src/colors.js";
import { createSettings, DEFAULTS } from "../src/settings.js";

/** @returns {Storage} */
function memory() {
  const held = new Map();
  return /** @type {any} */ ({
    getItem: (/** @type {string} */ key) => held.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => held.set(key, value),
  });
}

const broken = /** @type {any} */ ({
  getItem() {
    throw new Error("forbidden");
  },
  setItem() {
    throw new Error("full");
  },
});

test("what was chosen is there on the next page of the same log directory, and on no other", () => {
  const storage = memory();
  createSettings({ logdir: "runs", storage }).set("smoothing", { kind: "median", amount: 0.9 });
  expect(createSettings({ logdir: "runs", storage }).get("smoothing")).toEqual({
    kind: "median",
    amount: 0.9,
  });
  expect(createSettings({ logdir: "other", storage }).get("smoothing")).toEqual(DEFAULTS.smoothing);
});

test("a choice stands over the magic's option until that option changes", () => {
  const storage = memory();
  const line = { runsFilter: "a", x: /** @type {const} */ ("wall") };
  createSettings({ storage, initial: line }).update({ runsFilter: "b", x: "step" });
  const same = createSettings({ storage, initial: line });
  expect([same.get("runsFilter"), same.get("x")]).toEqual(["b", "step"]);
  const edited = createSettings({ storage, initial: { ...line, runsFilter: "c" } });
  expect([edited.get("runsFilter"), edited.get("x")]).toEqual(["c", "step"]);
});

test("an option that the line has no more is no more; what the line says as before leaves choices alone", () => {
  const storage = memory();
  const smoothing = DEFAULTS.smoothing;
  const settings = createSettings({ storage, initial: { runsFilter: "a", smoothing } });
  settings.update({ smoothing: { kind: "ema", amount: 0.9 }, tagsFilter: "loss" });
  const wrong = /** @type {any} */ ({ smoothing, hidden: 5, yzero: true });
  settings.begin(wrong);
  for (const one of [settings, createSettings({ storage, initial: wrong })]) {
    expect([one.get("runsFilter"), one.get("tagsFilter"), one.get("hidden")]).toEqual(["", "loss", []]);
    expect([one.get("smoothing").amount, one.get("yzero")]).toEqual([0.9, true]);
  }
  settings.reset();
  expect([settings.get("smoothing"), settings.get("yzero")]).toEqual([smoothing, true]);
});

test("storage that is forbidden or holds rubbish does no harm", () => {
  const settings = createSettings({ storage: broken });
  settings.set("size", 500);
  expect(settings.get("size")).toBe(500);
  for (const rubbish of [
    "{",
    "7",
    "null",
    '{"values":3}',
    '{"values":{"smoothing":null,"hidden":{},"nope":1}}',
  ]) {
    const storage = memory();
    storage.setItem("tbnb:runs", rubbish);
    expect(createSettings({ storage }).get("smoothing")).toEqual(DEFAULTS.smoothing);
    expect(createSettings({ storage }).get("hidden")).toEqual([]);
  }
});

test("listeners hear once of several changes, and not of what is as it was", () => {
  const settings = createSettings({ storage: null });
  /** @type {string[][]} */
  const heard = [];
  const end = settings.subscribe((keys) => heard.push([...keys]));
  settings.update({ x: "wall", y: "log", yzero: false });
  settings.set("smoothing", { ...DEFAULTS.smoothing });
  end();
  settings.set("x", "step");
  expect(heard).toEqual([["x", "y"]]);
});

test("the cursor and the selection are not saved", () => {
  const storage = memory();
  createSettings({ storage }).update({ cursor: 3, selection: { from: 1, to: 2 }, size: 500 });
  const next = createSettings({ storage });
  expect([next.get("cursor"), next.get("selection"), next.get("size")]).toEqual([null, null, 500]);
});

test("a card has axes of its own over those of all, until they are taken away", () => {
  const settings = createSettings({ storage: null });
  settings.setForTag("loss", { y: "log" });
  settings.setForTag("loss", { ylimits: [0, 1] });
  expect([settings.forTag("loss", "y"), settings.forTag("loss", "ylimits")]).toEqual(["log", [0, 1]]);
  expect([settings.forTag("acc", "y"), settings.forTag("constructor", "y")]).toEqual(["linear", "linear"]);
  settings.setForTag("loss", null);
  expect(settings.forTag("loss", "y")).toBe("linear");
});

test("reset gives back what the magic's line said", () => {
  const settings = createSettings({ storage: null, initial: { x: "wall" } });
  settings.update({ x: "step", y: "log" });
  settings.reset();
  expect([settings.get("x"), settings.get("y")]).toEqual(["wall", "linear"]);
});

test("the magic's line carries the view", () => {
  const settings = createSettings({ storage: null, logdir: "my runs" });
  expect(settings.toMagicLine()).toBe("%tbwatch 'my runs'");
  settings.update({ runsFilter: "lr=0.1|it's", x: "wall", smoothing: { kind: "ema", amount: 0.9 } });
  expect(settings.toMagicLine()).toBe(`%tbwatch 'my runs' --runs 'lr=0.1|it'"'"'s' --smoothing 0.9 --x wall`);
  settings.update({ y: "log" });
  expect(settings.toMagicLine()).toMatch(/ --view '\{"y":"log"\}'$/);
});

test("the magic's line carries a filter as the magic takes it, and none that can't be read", () => {
  const settings = createSettings({ storage: null });
  settings.update({ runsFilter: "-seed", tagsFilter: "loss(" });
  expect(settings.toMagicLine()).toBe("%tbwatch runs --runs=-seed");
  settings.update({ runsFilter: "-seed 1", tagsFilter: "^-" });
  expect(settings.toMagicLine()).toBe("%tbwatch runs --runs='-seed 1' --tags '^-'");
});

test("what a line says that is no setting, or not of its shape, is left out", () => {
  const initial = /** @type {any} */ ({ size: "big", nonsense: 1, hidden: "a", yzero: true });
  const settings = createSettings({ storage: null, initial });
  expect([settings.get("size"), settings.get("hidden"), settings.get("yzero")]).toEqual([
    DEFAULTS.size,
    [],
    true,
  ]);
});

test("what a line says of a record leaves the rest of it as at first", () => {
  const initial = /** @type {any} */ ({
    smoothing: { kind: "mean", amount: "much" },
    runsSort: { descending: true, tried: "lr" },
    columns: { at: ["value"] },
  });
  const settings = createSettings({ storage: null, initial });
  expect(settings.get("smoothing")).toEqual({ kind: "mean", amount: DEFAULTS.smoothing.amount });
  expect(settings.get("runsSort")).toEqual({ ...DEFAULTS.runsSort, descending: true, tried: "lr" });
  expect(settings.get("columns")).toEqual({ at: ["value"], range: DEFAULTS.columns.range });
});

test("the line that a view is copied as gives the view back", () => {
  const settings = createSettings({ storage: null });
  settings.update({ y: "log", smoothing: { kind: "median", amount: 0.9 }, pinned: ["it's"], x: "relstep" });
  const json = settings.toMagicLine().split("--view ")[1].slice(1, -1).replaceAll(`'"'"'`, "'");
  const again = createSettings({ storage: null, initial: JSON.parse(json) });
  for (const key of /** @type {const} */ (["y", "smoothing", "pinned", "x"]))
    expect(again.get(key)).toEqual(settings.get(key));
});

test("a thousand new runs are saved at once, and what is chosen right away", () => {
  vi.useFakeTimers();
  const storage = memory();
  const write = vi.spyOn(storage, "setItem");
  const settings = createSettings({ storage });
  const colors = createColors(settings);
  const runs = Array.from({ length: 1000 }, (_, n) => `run${n}`);
  for (const run of runs) colors.assign([run]);
  expect(write).toHaveBeenCalledTimes(0);
  vi.runAllTimers();
  expect(write).toHaveBeenCalledTimes(1);
  expect(Object.keys(createSettings({ storage }).get("slots"))).toEqual(runs);
  settings.set("size", 500);
  expect(createSettings({ storage }).get("size")).toBe(500);
  vi.useRealTimers();
});
