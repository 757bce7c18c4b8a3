// What the user chose: a flat set of JSON-able values, kept for each log directory across re-runs and reloads.

import { readRegex } from "./regex.js";

/** @import { Settings, SettingValues, SettingKey } from "./types.ts" */

/** @type {SettingValues} */
export const DEFAULTS = {
  smoothing: { kind: "ema", amount: 0.6 },
  raw: true,
  x: "step",
  xlog: false,
  parts: true,
  y: "linear",
  yzero: false,
  ylimits: null,
  perTag: {},
  outliers: "ignore",
  tooltip: { sort: "nearest", rows: 0 },
  marks: true,
  runsFilter: "",
  tagsFilter: "",
  hidden: [],
  runsSort: { by: "start", descending: false, tag: "" },
  colorBy: "",
  colorByTried: "",
  colors: {},
  slots: {},
  pinned: [],
  wide: [],
  size: 360,
  pairs: true,
  combined: [],
  apart: [],
  groups: { by: "none", pattern: "", statistic: "mean", band: "minmax" },
  collapsed: [],
  hideEmpty: true,
  linkZoom: false,
  panel: "runs",
  columns: {
    at: ["smoothed", "value", "step", "time", "relative"],
    range: [
      ...["first", "last", "min", "minStep", "max", "maxStep", "best", "mean", "change", "percent", "area"],
      ...["firstStep", "lastStep"],
    ],
  },
  rowsFilter: "",
  cursor: null,
  selection: null,
};

/** Of the moment: told to all cards, never saved. */
const TRANSIENT = new Set(["cursor", "selection", "rowsFilter"]);
/** Not chosen but come about, as often as there is a new run: saved a little later, in ms, for all of them at once. */
const EVENTUAL = new Set([...TRANSIENT, "slots"]);
const LATER = 500;

/**
 * @param {{ logdir?: string, initial?: Partial<SettingValues>, storage?: Storage | null }} [options]
 *   `initial` is what the magic's line says. What was chosen in the page since then stands over it, until the line changes.
 * @returns {Settings}
 */
export function createSettings({ logdir = "runs", initial = {}, storage = browserStorage() } = {}) {
  const drawer = createDrawer(storage, `tbnb:${logdir}`);
  let line = initial;
  let start = { ...DEFAULTS, ...wellFormed(line) };
  let values = { ...start, ...chosenSince(drawer.read(), initial) };
  /** @type {Set<(keys: Set<string>) => void>} */
  const listeners = new Set();

  /** @type {ReturnType<typeof setTimeout> | 0} */
  let later = 0;

  function save() {
    clearTimeout(later);
    later = 0;
    drawer.write({ initial: line, values: changed(values, start) });
  }

  /** @param {Partial<SettingValues>} patch */
  function update(patch) {
    const keys = /** @type {SettingKey[]} */ (Object.keys(patch)).filter(
      (key) => key in DEFAULTS && !same(values[key], patch[key]),
    );
    if (keys.length === 0) return;
    values = { ...values, ...Object.fromEntries(keys.map((key) => [key, patch[key]])) };
    if (keys.some((key) => !EVENTUAL.has(key))) save();
    else if (keys.some((key) => !TRANSIENT.has(key))) later ||= setTimeout(save, LATER);
    for (const listener of [...listeners]) listener(new Set(keys));
  }

  /** @param {Partial<SettingValues>} next */
  function begin(next) {
    const keys = /** @type {SettingKey[]} */ (Object.keys({ ...line, ...next }));
    const others = keys.filter((key) => !same(line[key], next[key]));
    line = next;
    start = { ...DEFAULTS, ...wellFormed(line) };
    update(Object.fromEntries(others.map((key) => [key, start[key]])));
  }

  return {
    logdir,
    begin,
    get: (key) => values[key],
    set: (key, value) => update({ [key]: value }),
    update,
    forTag(tag, key) {
      const mine = own(values.perTag, tag)?.[key];
      return /** @type {any} */ (mine === undefined ? values[key] : mine);
    },
    setForTag: (tag, patch) => update({ perTag: withTag(values.perTag, tag, patch) }),
    begun: (key) => start[key],
    reset: (keys = /** @type {SettingKey[]} */ (Object.keys(DEFAULTS))) =>
      update(Object.fromEntries(keys.map((key) => [key, start[key]]))),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    toMagicLine: () => magicLine(logdir, values),
  };
}

/**
 * One line that gives the same view: what has an option by its option, the rest as JSON.
 * @param {string} logdir @param {SettingValues} values
 */
function magicLine(logdir, values) {
  const words = ["%tbwatch", quoted(logdir)];
  words.push(...patternWords("--runs", values.runsFilter), ...patternWords("--tags", values.tagsFilter));
  if (values.smoothing.amount !== DEFAULTS.smoothing.amount)
    words.push("--smoothing", String(values.smoothing.amount));
  if (["relative", "wall"].includes(values.x)) words.push("--x", values.x);
  const view = viewOf(values);
  if (Object.keys(view).length > 0) words.push("--view", quoted(JSON.stringify(view)));
  return words.join(" ");
}

/** What can't be read matches everything, as if it weren't there. @param {string} option @param {string} pattern */
function patternWords(option, pattern) {
  if (!pattern || readRegex(pattern).error) return [];
  return pattern.startsWith("-") ? [`${option}=${quoted(pattern)}`] : [option, quoted(pattern)];
}

/** @param {SettingValues} values */
function viewOf(values) {
  /** @type {Record<string, unknown>} */
  const view = changed(values, DEFAULTS);
  for (const key of ["runsFilter", "tagsFilter", "slots", "panel"]) delete view[key];
  if (values.smoothing.kind === DEFAULTS.smoothing.kind) delete view.smoothing;
  if (values.x !== "relstep") delete view.x;
  return view;
}

/** As a POSIX shell reads it, which is how IPython's arguments are split. @param {string} text */
function quoted(text) {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'"'"'`)}'`;
}

/**
 * What was saved, but for the keys whose option in the magic's line was changed since.
 * @param {any} saved @param {Partial<SettingValues>} initial @returns {Partial<SettingValues>}
 */
function chosenSince(saved, initial) {
  if (!isObject(saved) || !isObject(saved.values)) return {};
  const before = isObject(saved.initial) ? saved.initial : {};
  /** @param {[string, unknown]} entry */
  const stands = ([key, value]) =>
    key in DEFAULTS &&
    !TRANSIENT.has(key) &&
    sameShape(value, DEFAULTS[/** @type {SettingKey} */ (key)]) &&
    same(before[key], initial[/** @type {SettingKey} */ (key)]);
  return whole(Object.entries(saved.values).filter(stands));
}

/** What a line says, so far as it can be: it may have been typed by hand. @param {Partial<SettingValues>} initial */
function wellFormed(initial) {
  const fits = (/** @type {[string, unknown]} */ [key, value]) =>
    Object.hasOwn(DEFAULTS, key) && sameShape(value, DEFAULTS[/** @type {SettingKey} */ (key)]);
  return whole(Object.entries(initial).filter(fits));
}

/** Settings that are records: what one lacks of these is as at first. */
const RECORDS = new Set(["smoothing", "tooltip", "runsSort", "groups", "columns"]);

/** @param {[string, any][]} entries @returns {Partial<SettingValues>} */
function whole(entries) {
  return Object.fromEntries(
    entries.map(([key, value]) => [
      key,
      RECORDS.has(key) ? filled(value, /** @type {any} */ (DEFAULTS)[key]) : value,
    ]),
  );
}

/** @param {Record<string, unknown>} record @param {Record<string, unknown>} model */
function filled(record, model) {
  const fits = (/** @type {[string, unknown]} */ [part, value]) =>
    sameShape(value, Object.hasOwn(model, part) ? model[part] : "");
  return { ...model, ...Object.fromEntries(Object.entries(record).filter(fits)) };
}

/** @param {SettingValues} values @param {SettingValues} start */
function changed(values, start) {
  const differs = (/** @type {string} */ key) =>
    !TRANSIENT.has(key) &&
    !same(values[/** @type {SettingKey} */ (key)], start[/** @type {SettingKey} */ (key)]);
  return Object.fromEntries(Object.entries(values).filter(([key]) => differs(key)));
}

/**
 * @param {SettingValues["perTag"]} all @param {string} tag @param {SettingValues["perTag"][string] | null} patch
 *   null takes the tag's own values away.
 */
function withTag(all, tag, patch) {
  const rest = Object.entries(all).filter(([name]) => name !== tag);
  return Object.fromEntries(patch ? [...rest, [tag, { ...own(all, tag), ...patch }]] : rest);
}

/** Storage that may be forbidden (a sandboxed frame), full, or hold what another version wrote. @param {Storage | null} storage @param {string} key */
function createDrawer(storage, key) {
  return {
    read() {
      try {
        return JSON.parse(storage?.getItem(key) ?? "null");
      } catch {
        return null;
      }
    },
    /** @param {unknown} value */
    write(value) {
      try {
        storage?.setItem(key, JSON.stringify(value));
      } catch {
        // Not saved: the page works on, and the next one starts with the magic's options.
      }
    },
  };
}

function browserStorage() {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}

/** @template V @param {Record<string, V>} record @param {string} key @returns {V | undefined} */
function own(record, key) {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** @param {unknown} a @param {unknown} b */
function same(a, b) {
  return a === b || (sizeOf(a) === sizeOf(b) && JSON.stringify(a) === JSON.stringify(b));
}

/** Sooner told than its text, where a list has a thousand entries and grows. @param {unknown} value */
function sizeOf(value) {
  return typeof value === "object" && value !== null ? Object.keys(value).length : 0;
}

/** @param {unknown} value @returns {value is Record<string, any>} */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** @param {unknown} value @param {unknown} model */
function sameShape(value, model) {
  if (model === null) return value === null || Array.isArray(value);
  if (Array.isArray(model)) return Array.isArray(value);
  return typeof value === typeof model && value !== null && !Array.isArray(value);
}
