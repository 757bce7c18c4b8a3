// Which curves there are of a tag and of a run, which runs are seen, and when each began.

import { createCurve } from "../curve.js";
import { readRegex } from "../regex.js";

/** @import { Curve } from "../curve.js" */
/** @import { Series, Settings, Store } from "../types.ts" */
/** @typedef {ReturnType<typeof createCatalog>} Catalog */

/** @param {Store} store @param {Settings} settings */
export function createCatalog(store, settings) {
  /** @type {Map<string, Curve[]>} */
  const byTag = new Map();
  /** @type {Map<string, Curve[]>} */
  const byRun = new Map();
  /** @type {WeakSet<Series>} */
  const met = new WeakSet();
  /** @type {Map<string, { wall: number, series: Series, version: number }>} */
  const origins = new Map();
  let epoch = "";
  /** @type {(run: string) => boolean} */
  let seen = () => true;

  /** Takes in series not met before; whether the tags or runs are others than before. */
  function gather() {
    const another = store.status.epoch !== epoch;
    if (another) {
      epoch = store.status.epoch;
      for (const map of [byTag, byRun, origins]) map.clear();
    }
    const before = byTag.size + byRun.size;
    for (const series of store.series.values()) {
      if (met.has(series)) continue;
      met.add(series);
      if (series.kind === "scalars") enlist(series);
    }
    return another || byTag.size + byRun.size > before;
  }

  /** @param {Series} series */
  function enlist(series) {
    const curve = createCurve(series);
    listed(byTag, series.tag).push(curve);
    listed(byRun, series.run).push(curve);
    origins.delete(series.run);
  }

  /** What of the settings tells which runs are seen. */
  function sieve() {
    const hidden = new Set(settings.get("hidden"));
    const regex = readRegex(settings.get("runsFilter"));
    /** @type {Map<string, boolean>} */
    const known = new Map();
    seen = (run) => {
      const before = known.get(run);
      if (before !== undefined) return before;
      const is = !hidden.has(run) && regex.matches(run);
      known.set(run, is);
      return is;
    };
  }

  /** When the run began, in seconds. @param {string} run */
  function origin(run) {
    const before = origins.get(run);
    if (before && before.version === before.series.version) return before.wall;
    // Its first series began it; to ask all of a thousand runs' series would take longer than to draw them.
    for (const { series } of byRun.get(run) ?? []) {
      const { wall, length } = series.columns();
      if (length === 0) continue;
      const { version, begun = true } = series;
      if (begun) origins.set(run, { wall: wall[0], series, version });
      return wall[0];
    }
    return 0;
  }

  return {
    gather,
    sieve,
    origin,
    /** @param {string} run */
    sees: (run) => seen(run),
    tags: () => byTag.keys(),
    runs: () => byRun.keys(),
    /** @param {string} tag */
    curves: (tag) => byTag.get(tag) ?? [],
    /** @param {string} run */
    curvesOfRun: (run) => byRun.get(run) ?? [],
  };
}

/** @template V @param {Map<string, V[]>} map @param {string} key @returns {V[]} */
function listed(map, key) {
  let list = map.get(key);
  if (!list) {
    list = [];
    map.set(key, list);
  }
  return list;
}
