// What can be taken out of the page: points as CSV and JSON, charts as SVG and PNG, the view as a line of the magic.

import { dataOf, lackOf } from "../out/data.js";
import { pngOf } from "../out/png.js";
import { svgOf } from "../out/svg.js";
import { fileName } from "../out/text.js";
import { h, icon } from "./dom.js";
import { copied, save } from "./handing.js";
import { openMenu } from "./menu.js";

/** @import { Series } from "../types.ts" */
/** @import { Board, CardFrame } from "./types.ts" */

export const ICON = "M8 2v8M5 7l3 3 3-3M2.5 11v2.5h11V11";
/** How long a word about what was done stands, in ms. */
const SAID = 4000;

/** The bar's button, for all cards. @param {{ board: Board, cards: () => Iterable<CardFrame> }} context */
export function createExport({ board, cards }) {
  const button = h(
    "button",
    {
      type: "button",
      className: "tbnb-export",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
      onclick: open,
    },
    icon(ICON),
    "Export",
  );

  function open() {
    const copy = { label: "Copy this view as a %tbwatch line", act: () => copyLine(board) };
    offer(board, button, [...cards()], "", [copy]);
  }

  return { element: button, update() {}, destroy() {} };
}

/**
 * The menu of what there is to save of these cards.
 * @param {Board} board @param {HTMLElement} button @param {CardFrame[]} cards
 * @param {string} title of the one card; "" for all
 * @param {import("./menu.js").Item[]} [more]
 */
export function offer(board, button, cards, title, more = []) {
  const words = [board.name, title];
  const charts = title ? "Chart" : "Charts";
  const series = seriesOf(board, cards);
  const lack = lackOf(series);
  const part = lack.curves ? ["part"] : [];
  const drawn = (/** @type {number} */ fine) => drawingOf(board, cards, fine);
  const other = board.theme().name === "dark" ? "light" : "dark";
  const turned = (/** @type {number} */ fine) => board.dressed(other, () => drawn(fine));
  const items = [
    {
      label: "All points as CSV",
      act: () => saveData(board, button, series, "csv", [...words, ...part]),
    },
    {
      label: "All points as JSON",
      act: () => saveData(board, button, series, "json", [...words, ...part]),
    },
    {
      label: `${charts} as SVG`,
      act: () => saveSvg(board, drawn(4), fileName(words, "svg")),
    },
    {
      label: `${charts} as PNG`,
      act: () => savePng(board, drawn(1), fileName(words, "png")),
    },
    {
      label: `In ${other} colours: SVG`,
      act: () => saveSvg(board, turned(4), fileName([...words, other], "svg")),
    },
    {
      label: `In ${other} colours: PNG`,
      act: () => savePng(board, turned(1), fileName([...words, other], "png")),
    },
  ];
  const note = lack.curves
    ? `Of ${lack.curves} ${lack.curves > 1 ? "curves" : "curve"} this page holds ${count(lack.known)} of ${count(lack.total)} points so far; the files say so.`
    : "";
  openMenu(board.root, button, `Export ${title}`, [...items, ...more], note);
}

/** @param {number} number */
function count(number) {
  return number.toLocaleString("en-US");
}

/** Each curve once, though a learning rate stands on two cards. @param {Board} board @param {CardFrame[]} cards @returns {Series[]} */
function seriesOf(board, cards) {
  const tags = new Set(cards.flatMap((card) => [...card.tags, ...card.second]));
  const curves = [...tags].flatMap((tag) => board.curves(tag));
  return curves.map(({ series }) => series).filter(({ run }) => board.sees(run));
}

/** @param {Board} board @param {CardFrame[]} cards @param {number} fine */
function drawingOf(board, cards, fine) {
  const figures = cards.map((card) => card.drawing.figure()).filter(({ legend }) => legend.length > 0);
  const { ink, faint, grid } = board.theme();
  const back = getComputedStyle(board.root).getPropertyValue("--tbnb-card-back").trim() || "#ffffff";
  return svgOf(figures, { ink, faint, grid, back }, fine);
}

/**
 * The button tells how far it is; meanwhile the page goes on.
 * @param {Board} board @param {HTMLElement} button @param {Series[]} series @param {"csv" | "json"} kind @param {string[]} words
 */
async function saveData({ root }, button, series, kind, words) {
  if (button.dataset.done) return say(root, "A file is being written already.");
  const tell = (/** @type {number} */ part) => {
    button.dataset.done = `${Math.floor(100 * part)} %`;
    button.style.setProperty("--tbnb-done", `${100 * part}%`);
  };
  button.setAttribute("aria-busy", "true");
  try {
    tell(0);
    save(await dataOf(series, kind, tell), fileName(words, kind));
  } catch (reason) {
    say(root, `No file could be made: ${reason}`);
  } finally {
    button.removeAttribute("aria-busy");
    delete button.dataset.done;
  }
}

const NOTHING = "No chart has a curve now: there is nothing to draw.";

/** @param {Board} board @param {ReturnType<typeof svgOf>} svg @param {string} name */
function saveSvg({ root }, { text, width }, name) {
  if (width === 0) return say(root, NOTHING);
  save(new Blob([text], { type: "image/svg+xml" }), name);
}

/** @param {Board} board @param {ReturnType<typeof svgOf>} svg @param {string} name */
async function savePng(board, svg, name) {
  if (svg.width === 0) return say(board.root, NOTHING);
  try {
    save(await pngOf(svg), name);
  } catch (reason) {
    say(board.root, `No PNG could be made: ${reason}. The SVG can.`);
  }
}

/** @param {Board} board */
async function copyLine({ root, settings }) {
  const line = settings.toMagicLine();
  if (await copied(line)) say(root, "Copied. Run it in a cell to see this view again.");
  else show(root, line);
}

/** @param {HTMLElement} root @param {string} text */
function say(root, text) {
  const words = h("p", { className: "tbnb-said", role: "status", textContent: text });
  root.append(words);
  setTimeout(() => words.remove(), SAID);
}

/** To be copied by hand. @param {HTMLElement} root @param {string} line */
function show(root, line) {
  const field = h("input", { value: line, readOnly: true, "aria-label": "This view as a line" });
  const close = () => {
    box.remove();
    root.focus({ preventScroll: true });
  };
  const box = h(
    "div",
    {
      className: "tbnb-said",
      onkeydown: (/** @type {KeyboardEvent} */ { key }) => key === "Escape" && close(),
    },
    h("label", { textContent: "Copy this line:" }),
    field,
    h("button", { type: "button", textContent: "Close", onclick: close }),
  );
  root.append(box);
  field.focus();
  field.select();
}
