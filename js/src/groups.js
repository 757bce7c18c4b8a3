// Runs that stand together as one curve with a band, as far as they are seen.

import { createCurve } from "./curve.js";
import { aggregate, groupRuns } from "./math/groups.js";

/** @import { Curve } from "./curve.js" */
/** @import { Columns, Series, Settings } from "./types.ts" */
/**
 * @typedef {{ run: string, columns: Columns, at: number[] }} Oddities  where a run's values aren't finite
 * @typedef {{
 *   name: string, runs: string[], odd: Oddities[], began: number, curve: Curve, low: Curve, high: Curve, key: string,
 * }} Group
 */

/** @param {Settings} settings @param {import("./tried.js").Tried} tried @param {(run: string) => number} origin when a run began, in seconds */
export function createGroups(settings, tried, origin) {
  /** @type {Map<string, Group>} by tag and name */
  const known = new Map();
  let wish = "";

  /**
   * The groups of a tag's curves, and what stands alone.
   * @param {string} tag @param {Curve[]} curves @returns {{ groups: Group[], rest: Curve[] }}
   */
  function of(tag, curves) {
    const groups = settings.get("groups");
    if (groups.by === "none" || !groups.pattern) return { groups: [], rest: curves };
    forget(JSON.stringify([groups, sinceStart()]));
    const byRun = new Map(curves.map((curve) => [curve.series.run, curve]));
    const found = [...groupRuns(groups, byRun.keys(), tried.of)];
    const taken = new Set(found.flatMap(([, runs]) => runs));
    return {
      groups: found.map(([name, runs]) => {
        const members = runs.map((run) => /** @type {Curve} */ (byRun.get(run)).series);
        return groupOf(tag, name, members, runs);
      }),
      rest: curves.filter((curve) => !taken.has(curve.series.run)),
    };
  }

  /** What is told since each run's start, if anything is. */
  const sinceStart = () => SINCE_START.get(settings.get("x"));

  /** @param {string} next */
  function forget(next) {
    if (next !== wish) known.clear();
    wish = next;
  }

  /** @param {string} tag @param {string} name @param {Series[]} members @param {string[]} runs */
  function groupOf(tag, name, members, runs) {
    const id = JSON.stringify([tag, name]);
    const by = sinceStart();
    const starts = members.map((series) => (by === "wall" ? origin(series.run) : series.columns().step[0]));
    const key = members.map(({ id, version, revision }, n) => [id, version, revision, starts[n]]).join();
    const before = known.get(id);
    if (before?.key === key) return before;
    const columns = members.map((series) => series.columns());
    const first = Math.min(...starts.filter((_, n) => columns[n].length > 0));
    const band = aggregate(by ? together(columns, by, starts, first) : columns, settings.get("groups"));
    const group = {
      name: `${name || "(empty)"} (${members.length})`,
      runs,
      odd: columns.flatMap((own, n) => odditiesOf(runs[n], own)),
      began: by === "wall" ? first : (band.wall[0] ?? 0),
      key,
      curve: curveOf(name, tag, band, band.value),
      low: curveOf(name, tag, band, band.low),
      high: curveOf(name, tag, band, band.high),
    };
    known.set(id, group);
    return group;
  }

  return { of };
}

/** @type {Map<import("./types.ts").XAxis, "step" | "wall">} */
const SINCE_START = new Map([
  ["relative", "wall"],
  ["relstep", "step"],
]);

/**
 * As if all had begun with the first of them: else the group's time jumps where a run ends, and a run that began later
 * stands beside what the others did much later.
 * @param {Columns[]} all @param {"step" | "wall"} by @param {number[]} starts @param {number} first @returns {Columns[]}
 */
function together(all, by, starts, first) {
  return all.map((columns, n) => ({ ...columns, [by]: columns[by].map((x) => x - starts[n] + first) }));
}

/** The group goes on without them. @param {string} run @param {Columns} columns @returns {Oddities[]} */
function odditiesOf(run, columns) {
  const at = [];
  for (let i = 0; i < columns.length; i++) if (!Number.isFinite(columns.value[i])) at.push(i);
  return at.length ? [{ run, columns, at }] : [];
}

/** @param {string} run @param {string} tag @param {Columns} band @param {Float64Array} value */
function curveOf(run, tag, { step, wall, length }, value) {
  return createCurve({
    id: -1,
    run,
    tag,
    kind: "scalars",
    version: 0,
    revision: 0,
    total: length,
    known: length,
    columns: () => ({ step, wall, value, length, exact: true }),
  });
}
