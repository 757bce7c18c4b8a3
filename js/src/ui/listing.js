// Which runs are listed, in which order, and what they last said.

import { readRegex } from "../regex.js";

/** @import { Series, SettingValues, Store } from "../types.ts" */

const NAMES = new Intl.Collator(undefined, { numeric: true });

/**
 * What is known of runs, gathered anew where there are new series.
 * @param {Store} store @param {import("../tried.js").Tried | null} tried
 */
export function createRegister(store, tried = null) {
  /** @type {Map<string, Map<string, Series>>} run ► tag ► its scalars */
  let byRun = new Map();
  /** @type {string[]} */
  let tags = [];
  /** @type {Map<string, number>} */
  const starts = new Map();

  function gather() {
    const before = byRun;
    byRun = new Map();
    const met = new Set();
    for (const series of store.series.values()) {
      if (series.kind !== "scalars") continue;
      met.add(series.tag);
      const ofRun = byRun.get(series.run) ?? new Map();
      byRun.set(series.run, ofRun.set(series.tag, series));
    }
    for (const [run, series] of before) if (byRun.get(run)?.size !== series.size) starts.delete(run);
    tags = [...met];
  }

  /** When its first point was logged, in seconds; NaN before. @param {string} run */
  function start(run) {
    const known = starts.get(run);
    if (known !== undefined) return known;
    let first = Number.NaN;
    let sure = true;
    for (const series of byRun.get(run)?.values() ?? []) {
      const { wall, length } = series.columns();
      sure &&= series.begun ?? true;
      if (length > 0 && !(wall[0] >= first)) first = wall[0];
    }
    if (sure && !Number.isNaN(first)) starts.set(run, first);
    return first;
  }

  /** The newest value of a tag; NaN where there is none. @param {string} run @param {string} tag */
  function last(run, tag) {
    const columns = byRun.get(run)?.get(tag)?.columns();
    return columns && columns.length > 0 ? columns.value[columns.length - 1] : Number.NaN;
  }

  /** What it tried under this name. @param {string} run @param {string} name @returns {number | string} NaN where nothing */
  function value(run, name) {
    const word = tried?.word(run, name) ?? "";
    return word === "" || (word.trim() !== "" && Number.isFinite(Number(word)))
      ? Number(word || Number.NaN)
      : word;
  }

  return { gather, start, last, value, runs: () => [...byRun.keys()], tags: () => tags };
}

/**
 * What has no value to be sorted by comes last, whichever way.
 * @param {ReturnType<typeof createRegister>} register
 * @param {{ filter: string, sort: SettingValues["runsSort"], tag: string }} wish
 */
export function listRuns(register, { filter, sort, tag }) {
  const regex = readRegex(filter);
  const sign = sort.descending ? -1 : 1;
  const by = keys(register, tag, sort.tried ?? "");
  const key = by[sort.by] ?? by.start;
  const rows = register.runs().flatMap((run) => (regex.matches(run) ? { run, key: key(run) } : []));
  rows.sort(
    (a, b) =>
      Number(Number.isNaN(a.key)) - Number(Number.isNaN(b.key)) ||
      sign * (compared(a.key, b.key) || NAMES.compare(a.run, b.run)),
  );
  return rows.map(({ run }) => run);
}

/** Numbers before words. @param {number | string} a @param {number | string} b */
function compared(a, b) {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return typeof a === typeof b ? NAMES.compare(String(a), String(b)) : typeof a === "number" ? -1 : 1;
}

/**
 * @param {ReturnType<typeof createRegister>} register @param {string} tag @param {string} name of what was tried
 * @returns {Record<string, (run: string) => number | string>}
 */
function keys({ start, last, value }, tag, name) {
  return { name: () => 0, start, last: (run) => (name ? value(run, name) : last(run, tag)) };
}
