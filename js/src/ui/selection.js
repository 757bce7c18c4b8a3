// The table of a selected step or range, under each card: what each curve says there.

import { bestOf, statsOf } from "../math/stats.js";
import { within } from "../range.js";
import { readRegex } from "../regex.js";
import { cellOf, columnsField, moveColumn, shownColumns, titleOfColumn } from "./columns.js";
import { h, iconButton, legendOf } from "./dom.js";
import { openPopup } from "./popup.js";
import { readingsAt, titleOf } from "./reading.js";

/** @import { Columns, Selection } from "../types.ts" */
/** @import { Cell, Judged, Table } from "./columns.js" */
/** @import { Reading } from "./reading.js" */
/** @import { Board, Shown } from "./types.ts" */

/** @typedef {{ shown: Shown, data: Reading | Judged }} Row */

/** Rows that are made; who selects a thousand runs wants the first by some column. */
const ROWS = 200;
const COLUMNS = "M2.5 3h11v10h-11zM6.2 3v10M9.8 3v10";
const DRAGGED = "text/x-tbnb-column";

/** @param {Board} board */
export function createSelectionTable(board) {
  const { settings, tried } = board;
  const head = h("tr");
  const body = h("tbody");
  const more = h("p", { className: "tbnb-more" });
  const table = h("table", {}, h("thead", {}, head), body);
  const element = h(
    "div",
    { className: "tbnb-selection", hidden: true, tabIndex: 0, role: "region" },
    table,
    more,
  );
  const filter = h("input", {
    type: "search",
    placeholder: "filter",
    title: "Rows by name (regular expression)",
    "aria-label": "Filter rows by name (regular expression)",
    oninput: () => settings.set("rowsFilter", filter.value),
  });
  const columns = iconButton("Columns", COLUMNS, () =>
    openPopup(board.root, settings, columns, "Columns", (form) => columnsField(settings, kind, tried, form)),
  );
  columns.setAttribute("aria-expanded", "false");
  /** @type {Table} */
  let kind = "at";
  /** @type {string[]} */
  let keys = [];
  /** By which column, "" for the names; null as they are drawn. @type {{ column: string | null, descending: boolean }} */
  let order = { column: null, descending: false };
  let headed = "";
  /** @type {() => void} */
  let again = () => {};

  /** @param {Shown[]} shown @param {Selection} selection */
  function show(shown, selection) {
    element.hidden = !selection || shown.length === 0;
    if (!selection || element.hidden) return;
    again = () => show(shown, selection);
    kind = selection.from === selection.to ? "at" : "range";
    keys = shownColumns(settings, kind);
    label();
    if (!filter.matches(":focus")) filter.value = settings.get("rowsFilter");
    const regex = readRegex(filter.value);
    const wanted = shown.filter((one) => regex.matches(titleOf(one)));
    const rows = kind === "at" ? rowsAt(wanted, selection.from) : rowsOf(wanted, selection);
    body.replaceChildren(...sorted(rows).slice(0, ROWS).map(rowOf));
    const left = rows.length > ROWS ? `and ${rows.length - ROWS} more` : "";
    more.textContent = shown.length > 0 && rows.length === 0 ? "No row matches the filter." : left;
  }

  function label() {
    const now = `${kind}\n${keys.join("\n")}`;
    if (headed === now) return;
    if (!headed.startsWith(kind) || !["", ...keys].includes(order.column ?? ""))
      order = { column: null, descending: false };
    headed = now;
    const first = h("th", { scope: "col" }, sortButton("", "Run"), filter, columns);
    head.replaceChildren(first, ...keys.map(headOf));
    tellOrder();
  }

  /** @param {string} key */
  function headOf(key) {
    const cell = h("th", { scope: "col", draggable: true }, sortButton(key, titleOfColumn(kind, key)));
    cell.title = titleOfColumn(kind, key, true);
    cell.addEventListener("dragstart", (event) => event.dataTransfer?.setData(DRAGGED, key));
    cell.addEventListener("dragover", (event) => {
      if (event.dataTransfer?.types.includes(DRAGGED)) event.preventDefault();
    });
    cell.addEventListener("drop", (event) => {
      event.preventDefault();
      event.stopPropagation();
      moveColumn(settings, kind, event.dataTransfer?.getData(DRAGGED) ?? "", key);
    });
    return cell;
  }

  /** @param {string} key @param {string} textContent */
  function sortButton(key, textContent) {
    return h("button", { type: "button", textContent, onclick: () => sortBy(key) });
  }

  /** @param {string} column */
  function sortBy(column) {
    order = { column, descending: order.column === column && !order.descending };
    tellOrder();
    again();
  }

  function tellOrder() {
    ["", ...keys].forEach((key, at) => {
      const cell = head.children[at];
      if (key === order.column) cell.setAttribute("aria-sort", order.descending ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    });
  }

  /** @param {Row[]} rows */
  function sorted(rows) {
    const { column, descending } = order;
    if (column === null) return rows;
    const key = (/** @type {Row} */ row) => (column === "" ? titleOf(row.shown) : cellIn(row, column)[1]);
    const sign = descending ? -1 : 1;
    const keyed = rows.map((row) => ({ row, key: key(row) }));
    return keyed.sort((a, b) => compared(a.key, b.key, sign)).map(({ row }) => row);
  }

  /** @param {Row} row @param {string} key @returns {Cell} */
  function cellIn({ shown, data }, key) {
    return cellOf(kind, key, data, (name) => tried.word(shown.run, name));
  }

  /** @param {Row} row */
  function rowOf(row) {
    const title = h("th", { scope: "row" }, ...legendOf(row.shown));
    return h("tr", {}, title, ...keys.map((key) => h("td", { textContent: cellIn(row, key)[0] })));
  }

  /** @param {string} title of the card */
  function name(title) {
    element.setAttribute("aria-label", `Values of the selection: ${title}`);
  }

  return { element, show, name };
}

/** @param {Shown[]} shown @param {number} x @returns {Row[]} */
function rowsAt(shown, x) {
  return readingsAt(shown, x, () => 0).map((data) => ({ shown: data.of, data }));
}

/** @param {Shown[]} shown @param {{ from: number, to: number }} selection @returns {Row[]} */
function rowsOf(shown, { from, to }) {
  return shown.flatMap((one) => {
    const stats = statsOf(part(one, { low: from, high: to }));
    return stats ? [{ shown: one, data: { ...stats, best: bestOf(stats, one.tag).value } }] : [];
  });
}

/** @param {Shown} shown @param {import("../chart.js").Extent} extent @returns {Columns} */
function part({ line, curve: { columns } }, extent) {
  if (!line.sorted) return sieved(line, columns, extent);
  const [from, to] = within(line, extent);
  const cut = (/** @type {Float64Array} */ column) => column.subarray(from, to);
  return { step: cut(columns.step), wall: cut(columns.wall), value: cut(columns.value), length: to - from };
}

/** Where x goes back and forth: the points there, in their order. @param {Shown["line"]} line @param {Columns} columns @param {import("../chart.js").Extent} extent */
function sieved({ x, offset, length }, columns, { low, high }) {
  /** @type {number[]} */
  const places = [];
  for (let i = 0; i < length; i++) if (x[i] - offset >= low && x[i] - offset <= high) places.push(i);
  const pick = (/** @type {Float64Array} */ column) => Float64Array.from(places, (i) => column[i]);
  const { step, wall, value } = columns;
  return { step: pick(step), wall: pick(wall), value: pick(value), length: places.length };
}

/** What is no value comes last, whichever way. @param {number | string} a @param {number | string} b @param {number} sign */
function compared(a, b, sign) {
  const lacks = Number(isNothing(a)) - Number(isNothing(b));
  if (lacks || isNothing(a)) return lacks;
  if (typeof a === "number" && typeof b === "number") return sign * (a - b);
  return sign * String(a).localeCompare(String(b), undefined, { numeric: true });
}

/** @param {number | string} key */
function isNothing(key) {
  return key === "" || Number.isNaN(key);
}
