// The columns of the tables: of a curve's values at a step, and of its statistics in a range; chosen and ordered at will.

import { clock, duration, number, step } from "../format.js";
import { focusedNear, h, iconButton } from "./dom.js";
import { section, textButton } from "./form.js";
import { openPopup } from "./popup.js";

/** @import { Stats } from "../math/stats.js" */
/** @import { Settings, SettingValues } from "../types.ts" */
/** @import { Reading } from "./reading.js" */
/** A cell: what is shown, and what it is sorted by. @typedef {[text: string, key: number | string]} Cell */
/** @typedef {keyof SettingValues["columns"]} Table */
/** @template R @typedef {{ title: string, long?: string, cell: (row: R) => Cell }} Column */
/** @typedef {Stats & { best: number }} Judged */

/** @type {Record<string, Column<Reading>>} */
const AT = {
  smoothed: { title: "Smoothed", cell: ({ smoothed }) => [number(smoothed), smoothed] },
  value: { title: "Value", cell: ({ value }) => [number(value), value] },
  step: { title: "Step", cell: ({ step: at }) => [step(at), at] },
  time: { title: "Time", cell: ({ wall }) => [clock(wall), wall] },
  relative: { title: "Relative", cell: ({ relative }) => [duration(relative), relative] },
};

/** @type {Record<string, Column<Judged>>} */
const RANGE = {
  first: { title: "First", cell: ({ first }) => valueCell(first) },
  last: { title: "Last", cell: ({ last }) => valueCell(last) },
  min: { title: "Min", cell: ({ min }) => valueCell(min) },
  minStep: { title: "at step", long: "Step of min", cell: ({ minStep }) => stepCell(minStep) },
  max: { title: "Max", cell: ({ max }) => valueCell(max) },
  maxStep: { title: "at step", long: "Step of max", cell: ({ maxStep }) => stepCell(maxStep) },
  best: { title: "Best", cell: ({ best }) => valueCell(best) },
  mean: { title: "Mean", cell: ({ mean }) => valueCell(mean) },
  change: { title: "Change", cell: ({ change }) => valueCell(change) },
  percent: { title: "%", long: "Change in %", cell: ({ relative }) => percentCell(relative) },
  area: { title: "Area", cell: ({ area }) => valueCell(area) },
  firstStep: { title: "First step", cell: ({ firstStep }) => stepCell(firstStep) },
  lastStep: { title: "Last step", cell: ({ lastStep }) => stepCell(lastStep) },
};

const ALL = { at: AT, range: RANGE };
/** What the name of a hyperparameter's column begins with. */
const TRIED = "h:";
/** What the name of a button that moves a column begins with. */
const UP = "up ";

/**
 * The columns that are shown, in their order.
 * @param {Settings} settings @param {Table} table @returns {string[]}
 */
export function shownColumns(settings, table) {
  /** @type {unknown} what a line or another version may have said */
  const keys = settings.get("columns")[table];
  const known = (/** @type {unknown} */ key) =>
    typeof key === "string" && (isTried(key) || Object.hasOwn(ALL[table], key));
  return Array.isArray(keys) ? keys.filter(known) : [];
}

/** @param {Table} table @param {string} key @param {boolean} [long] */
export function titleOfColumn(table, key, long = false) {
  if (isTried(key)) return key.slice(TRIED.length);
  const { title, long: name } = ALL[table][key];
  return (long && name) || title;
}

/**
 * @param {Table} table @param {string} key @param {any} row a reading, or statistics
 * @param {(name: string) => string} tried what the row's run tried under a name
 * @returns {Cell}
 */
export function cellOf(table, key, row, tried) {
  if (!isTried(key)) return ALL[table][key].cell(row);
  const word = tried(key.slice(TRIED.length));
  return [word || "–", word !== "" && Number.isFinite(Number(word)) ? Number(word) : word];
}

/** Puts a column in another's place. @param {Settings} settings @param {Table} table @param {string} key @param {string} before */
export function moveColumn(settings, table, key, before) {
  const keys = shownColumns(settings, table);
  const [from, to] = [keys.indexOf(key), keys.indexOf(before)];
  if (from < 0 || to < 0 || from === to) return;
  keys.splice(to, 0, ...keys.splice(from, 1));
  choose(settings, table, keys);
}

/**
 * A list of all columns: which are shown, and buttons that move them.
 * @param {Settings} settings @param {Table} table @param {import("../tried.js").Tried} tried
 * @param {{ keep: (show: () => void) => void }} form
 */
export function columnsField(settings, table, tried, form) {
  const list = h("ul", { className: "tbnb-columns" });
  let before = "";
  const at = (/** @type {string} */ column) =>
    /** @type {HTMLElement | null} */ (list.querySelector(`[data-column="${CSS.escape(column)}"]`));
  form.keep(() => {
    const keys = shownColumns(settings, table);
    const now = keys.join("\n");
    if (list.children.length && now === before) return;
    before = now;
    const others = [...Object.keys(ALL[table]), ...tried.names().map((name) => TRIED + name)];
    const rest = others.filter((key) => !keys.includes(key));
    const focus = focusedNear(list)?.dataset.column;
    list.replaceChildren(...[...keys, ...rest].map((key) => row(key, keys)));
    // What stands at the top has no way up any more.
    if (focus) (at(focus) ?? at(focus.replace(UP, "")))?.focus();
  });

  /** @param {string} key @param {string[]} keys */
  function row(key, keys) {
    const title = titleOfColumn(table, key, true);
    const at = keys.indexOf(key);
    const box = h("input", {
      type: "checkbox",
      checked: at >= 0,
      "data-column": key,
      onchange: () => choose(settings, table, at < 0 ? [...keys, key] : keys.filter((one) => one !== key)),
    });
    const label = h("label", { className: "tbnb-check" }, box, h("span", { textContent: title }));
    const up = iconButton(`Move ${title} up`, "M8 13V3M4.5 6.5L8 3l3.5 3.5", () =>
      moveColumn(settings, table, key, keys[at - 1]),
    );
    up.dataset.column = UP + key;
    return h("li", {}, label, ...(at > 0 ? [up] : []));
  }

  return section(
    table === "at" ? "Columns: values at a step" : "Columns: values of a range",
    list,
    textButton("As at first", () => choose(settings, table, settings.begun("columns")[table])),
  );
}

/** Opens the list. @param {HTMLElement} root @param {Settings} settings @param {import("../tried.js").Tried} tried @param {Table} table @param {string} label */
export function columnsButton(root, settings, tried, table, label) {
  const button = textButton(label, () =>
    openPopup(root, settings, button, label, (form) => columnsField(settings, table, tried, form)),
  );
  button.setAttribute("aria-expanded", "false");
  return button;
}

/** @param {Settings} settings @param {Table} table @param {string[]} keys */
function choose(settings, table, keys) {
  settings.set("columns", { ...settings.get("columns"), [table]: keys });
}

/** @param {string} key */
function isTried(key) {
  return key.startsWith(TRIED);
}

/** @param {number} value @returns {Cell} */
function valueCell(value) {
  return [Number.isNaN(value) ? "–" : number(value), value];
}

/** @param {number} value @returns {Cell} */
function stepCell(value) {
  return [Number.isNaN(value) ? "–" : step(value), value];
}

/** @param {number} value @returns {Cell} */
function percentCell(value) {
  return [Number.isFinite(value) ? `${number(100 * value, 3)} %` : "–", value];
}
