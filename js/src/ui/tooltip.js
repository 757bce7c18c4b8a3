// The table under the pointer: run, smoothed, value, step, time, relative. Text, so that it can be read and copied.

import { cellOf, shownColumns, titleOfColumn } from "./columns.js";
import { h, legendOf } from "./dom.js";
import { sorted } from "./reading.js";

/** @import { Reading } from "./reading.js" */

/** So many rows where the user sets no limit: more would not fit. */
const ROWS = 24;

/** @param {HTMLElement} root @param {import("../types.ts").Settings} settings @param {import("../tried.js").Tried} tried */
export function createTooltip(root, settings, tried) {
  const head = h("tr");
  const body = h("tbody");
  const more = h("div", { className: "tbnb-more" });
  const table = h("table", {}, h("thead", {}, head), body);
  let headed = "";
  const element = h("div", { className: "tbnb-tooltip", role: "tooltip", hidden: true }, table, more);
  root.append(element);

  /**
   * @param {Reading[]} readings @param {{ sort: string, rows: number }} wish
   * @param {{ x: number, y: number, area: DOMRect }} at the pointer and the plotting area, in pixels of the window
   * @param {boolean} smooth
   */
  function show(readings, wish, at, smooth) {
    const limit = wish.rows > 0 ? wish.rows : ROWS;
    const near = readings.reduce((best, one) => (one.distance < best.distance ? one : best), readings[0]);
    const rows = sorted(readings, wish.sort).slice(0, limit);
    const keys = shownColumns(settings, "at").filter((key) => smooth || key !== "smoothed");
    label(keys);
    body.replaceChildren(...rows.map((reading) => row(reading, keys, reading === near)));
    const left = readings.length - rows.length;
    more.textContent = left > 0 ? `and ${left} more` : "";
    element.hidden = readings.length === 0;
    if (!element.hidden) moveTo(at, home());
  }

  /** A chart on the whole screen hides all that isn't within it. */
  function home() {
    const { fullscreenElement: full } = /** @type {Document | ShadowRoot} */ (root.getRootNode());
    const within = full && root.contains(full) ? full : root;
    if (element.parentElement !== within) within.append(element);
    return within;
  }

  /** @param {string[]} keys */
  function label(keys) {
    if (head.children.length && headed === keys.join("\n")) return;
    headed = keys.join("\n");
    const titles = ["Run", ...keys.map((key) => titleOfColumn("at", key))];
    head.replaceChildren(...titles.map((textContent) => h("th", { scope: "col", textContent })));
  }

  /** @param {Reading} reading @param {string[]} keys @param {boolean} near */
  function row(reading, keys, near) {
    const cells = keys.map(
      (key) => cellOf("at", key, reading, (name) => tried.word(reading.of.run, name))[0],
    );
    return h(
      "tr",
      { className: near ? "tbnb-near" : "" },
      h("th", { scope: "row" }, ...legendOf(reading.of)),
      ...cells.map((textContent) => h("td", { textContent })),
    );
  }

  /**
   * Under the chart or over it, so that it hides nothing of what is read; where neither has room, beside the pointer.
   * @param {{ x: number, y: number, area: DOMRect }} at @param {Element} within
   */
  function moveTo({ x, y, area }, within) {
    const frame = within.getBoundingClientRect();
    const { width, height } = element.getBoundingClientRect();
    const below = area.bottom + 24;
    const above = area.top - 8 - height;
    if (below + height < frame.bottom) put(x - width / 2, below);
    else if (above > frame.top) put(x - width / 2, above);
    else put(x + 18 + width < frame.right ? x + 18 : x - 18 - width, y + 14);

    /** @param {number} left @param {number} top */
    function put(left, top) {
      const inside = (/** @type {number} */ value, /** @type {number} */ room) =>
        Math.round(Math.max(4, Math.min(room - 4, value)));
      const right = inside(left - frame.left, frame.width - width);
      element.style.transform = `translate(${right}px, ${inside(top - frame.top, frame.height - height)}px)`;
    }
  }

  return {
    element,
    show,
    hide() {
      element.hidden = true;
    },
    /** @param {boolean} held */
    hold(held) {
      element.classList.toggle("tbnb-held", held);
    },
  };
}
