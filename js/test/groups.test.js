import { expect, test } from "vitest";
import { createGroups } from "../src/groups.js";
import { createSettings } from "../src/settings.js";

const NOTHING_TRIED = /** @type {any} */ ({ of: () => ({}) });

/** @param {number} id @param {number} began @param {number} length @param {number} [first] its first step */
function seriesOf(id, began, length, first = 0) {
  const value = Float64Array.from({ length }, (_, i) => i);
  const columns = {
    step: value.map((i) => first + i),
    wall: value.map((i) => began + i),
    value,
    length,
    exact: true,
  };
  const known = { version: 0, revision: 0, total: length, known: length };
  return { id, run: `seed${id}`, tag: "loss", kind: "scalars", ...known, columns: () => columns };
}

test("runs that came one after the other have one course of time, though one of them is shorter", () => {
  const settings = createSettings({ storage: null });
  settings.set("groups", { by: "regex", pattern: "seed", statistic: "mean", band: "minmax" });
  const groups = createGroups(settings, NOTHING_TRIED, (run) => (run === "seed1" ? 5000 : 1000));
  const curves = [seriesOf(1, 5000, 20), seriesOf(2, 1000, 10)].map((series) => ({ series }));
  const course = () => [...groups.of("loss", /** @type {any} */ (curves)).groups[0].curve.columns.wall];
  expect(course()[19] - course()[0]).toBe(2019);
  settings.set("x", "relative");
  expect(course()).toEqual(Array.from({ length: 20 }, (_, i) => 1000 + i));
});

test("since their start, runs are one from their first steps on, whatever these are called", () => {
  const settings = createSettings({ storage: null });
  settings.set("groups", { by: "regex", pattern: "seed", statistic: "mean", band: "minmax" });
  const groups = createGroups(settings, NOTHING_TRIED, () => 0);
  const curves = [seriesOf(1, 1000, 5, 700), seriesOf(2, 1000, 5, 100)].map((series) => ({ series }));
  const steps = () => groups.of("loss", /** @type {any} */ (curves)).groups[0].curve.columns.step;
  expect(steps().length).toBe(10);
  settings.set("x", "relstep");
  expect([...steps()]).toEqual([100, 101, 102, 103, 104]);
});

test("a tag that comes late in its runs comes as late in the group", () => {
  const settings = createSettings({ storage: null });
  settings.update({
    groups: { by: "regex", pattern: "seed", statistic: "mean", band: "minmax" },
    x: "relative",
  });
  const origins = new Map([
    ["seed1", 5000],
    ["seed2", 1000],
  ]);
  const groups = createGroups(settings, NOTHING_TRIED, (run) => origins.get(run) ?? 0);
  const curves = [seriesOf(1, 5300, 5), seriesOf(2, 1500, 5)].map((series) => ({ series }));
  const late = () => {
    const { curve, began } = groups.of("val", /** @type {any} */ (curves)).groups[0];
    return curve.columns.wall[0] - began;
  };
  expect(late()).toBe(400);
  origins.set("seed2", 900);
  expect(late()).toBe(450);
});
