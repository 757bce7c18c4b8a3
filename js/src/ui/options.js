// How curves are drawn and read: all that isn't needed every minute.

import { groupRuns } from "../math/groups.js";
import { DEFAULTS } from "../settings.js";
import { axesFields } from "./axes.js";
import { columnsButton } from "./columns.js";
import { h } from "./dom.js";
import { createForm, section, textButton, triedField } from "./form.js";
import { smoothness } from "./toolbar.js";

/** @import { SettingKey, SettingValues } from "../types.ts" */
/** @import { Context, Panel } from "./layout.js" */
/** @typedef {ReturnType<typeof createForm>} Form */

/** What a reset leaves: the colours that runs have had, and the panel that stands open. */
const KEPT = new Set(["slots", "panel", "cursor", "selection"]);
/** @type {[SettingValues["smoothing"]["kind"], string][]} */
const SMOOTHINGS = [
  ["ema", "Exponential (TensorBoard)"],
  ["twema", "Time-weighted exponential"],
  ["mean", "Running mean"],
  ["median", "Running median"],
  ["none", "None"],
];
/** @type {[SettingValues["tooltip"]["sort"], string][]} */
const SORTS = [
  ["nearest", "Nearest first"],
  ["nearestY", "Nearest in y"],
  ["descending", "Highest first"],
  ["ascending", "Lowest first"],
  ["name", "By name"],
  ["drawn", "As they are drawn"],
];
/** @type {[SettingValues["groups"]["statistic"], string][]} */
const STATISTICS = [
  ["mean", "Mean"],
  ["median", "Median"],
];
/** @type {[SettingValues["groups"]["band"], string][]} */
const BANDS = [
  ["minmax", "Minimum to maximum"],
  ["std", "Standard deviation"],
  ["confidence", "95 % confidence"],
  ["none", "None"],
];

/** @param {Context} context @returns {Panel} */
export function createOptions({ root, store, settings, tried }) {
  const form = createForm(settings);
  const groups = createGroupFields(form, store, settings, tried);
  const element = h(
    "div",
    { className: "tbnb-options", role: "group", "aria-label": "Options" },
    section(
      "Smoothing",
      form.choice("Kind", SMOOTHINGS, form.bindPart("smoothing", "kind")),
      smoothness(form, settings),
      form.check("Raw curve behind", form.bind("raw")),
    ),
    section("Axes of all charts", ...axesFields(form, settings, null), outliers(form, settings), parts(form)),
    groups.element,
    section(
      "Tooltip and tables",
      form.choice("Order", SORTS, form.bindPart("tooltip", "sort")),
      form.number("Rows at most", {
        get: () => settings.get("tooltip").rows || null,
        set: (rows) => settings.set("tooltip", { ...settings.get("tooltip"), rows: Math.max(0, rows ?? 0) }),
      }),
      columnsButton(root, settings, tried, "at", "Columns at a step"),
      columnsButton(root, settings, tried, "range", "Columns of a range"),
    ),
    section(
      "Charts",
      form.amount("Width", { min: 240, max: 1200, step: 20 }, form.bind("size")),
      form.check("Train and validation on one chart", form.bind("pairs")),
      form.check("Marks: epochs, restarts, notes, NaN", form.bind("marks")),
      form.check("Hide charts without a curve", form.bind("hideEmpty")),
      form.check("Zoom all charts together", form.bind("linkZoom")),
      textButton("Undo combined and parted charts", () => settings.reset(["combined", "apart"])),
    ),
    textButton("Reset all options", () => settings.reset(resettable())),
  );
  return { element, update: groups.update, destroy: form.destroy };
}

function resettable() {
  return /** @type {SettingKey[]} */ (Object.keys(DEFAULTS).filter((key) => !KEPT.has(key)));
}

/** @param {Form} form */
function parts(form) {
  return form.check("Part curves where x begins anew", form.bind("parts"));
}

/** @param {Form} form @param {Context["settings"]} settings */
function outliers(form, settings) {
  return form.check("Ignore outliers (5th to 95th percentile)", {
    get: () => settings.get("outliers") === "ignore",
    set: (ignored) => settings.set("outliers", ignored ? "ignore" : "show"),
  });
}

/** @param {Form} form @param {Context["store"]} store @param {Context["settings"]} settings @param {Context["tried"]} tried */
function createGroupFields(form, store, settings, tried) {
  const said = h("p", { className: "tbnb-note", role: "status" });
  const more = h(
    "div",
    { className: "tbnb-section" },
    form.choice("Curve", STATISTICS, form.bindPart("groups", "statistic")),
    form.choice("Band", BANDS, form.bindPart("groups", "band")),
  );
  /** @param {"regex" | "hparam"} by @returns {import("./form.js").Bound<string>} */
  const bound = (by) => ({
    get: () => (settings.get("groups").by === by ? settings.get("groups").pattern : ""),
    set: (pattern) =>
      settings.set("groups", { ...settings.get("groups"), pattern, by: pattern ? by : "none" }),
  });
  const names = triedField(form, "Group by", tried, bound("hparam"));
  const element = section(
    "Groups of runs",
    form.pattern(
      "Runs that agree in what this captures become one curve",
      "Group by, e.g. ^(.*)-seed",
      bound("regex"),
    ),
    names.element,
    said,
    more,
  );
  let before = "";
  function tell() {
    const groups = settings.get("groups");
    more.hidden = groups.by === "none";
    const words =
      groups.by === "none"
        ? ""
        : groupWords(groupRuns(groups, curved(store), tried.of), curved(store).length);
    if (words !== before) said.textContent = words;
    before = words;
  }
  form.keep(tell);
  return {
    element,
    /** @param {import("../types.ts").Change} change */
    update(change) {
      if (change.structure) names.offer();
      if (change.structure) tell();
    },
  };
}

/** Runs that have curves; what was tried may stand in a run of its own. @param {Context["store"]} store */
function curved(store) {
  const runs = new Set();
  for (const { run, kind } of store.series.values()) if (kind === "scalars") runs.add(run);
  return [...runs];
}

/** @param {Map<string, string[]>} found @param {number} runs */
export function groupWords(found, runs) {
  if (found.size === 0) return "No run matches.";
  const inside = [...found.values()].reduce((sum, members) => sum + members.length, 0);
  const alone = runs - inside;
  const some = [...found].slice(0, 4).map(([name, members]) => `${name || "(empty)"} (${members.length})`);
  const rest = found.size > 4 ? `, and ${found.size - 4} more` : "";
  const outside = alone > 0 ? `; ${alone} ${alone === 1 ? "run stands" : "runs stand"} alone` : "";
  return `${found.size} ${found.size === 1 ? "group" : "groups"}: ${some.join(", ")}${rest}${outside}.`;
}
