// The dashboard: the root element, its layout, and what is drawn when something changed.

import { createColors } from "../colors.js";
import panels from "../styles/panels.css";
import css from "../styles.css";
import { createTried } from "../tried.js";
import { createBoard } from "./board.js";
import { h } from "./dom.js";
import { createFrames } from "./frames.js";
import { createGrid } from "./grid.js";
import { BEAT, createLayout } from "./layout.js";
import { isDark, onceAttached, readTheme, watchTheme } from "./theme.js";

/** @import { Change, Settings, Store } from "../types.ts" */
/** @import { CardFrame, Drawing } from "./types.ts" */

/** Settings after which cards come, go or move. */
const ARRANGING = ["tagsFilter", "pairs", "combined", "apart", "pinned", "collapsed"];
/** Settings after which cards may have nothing to show. */
const SIEVING = ["runsFilter", "hidden", "hideEmpty"];
/** Settings that change what a card shows. */
const SHOWING = [
  ...["smoothing", "raw", "x", "xlog", "parts", "y", "yzero", "ylimits", "perTag", "outliers", "marks"],
  ...["runsFilter", "hidden", "colorBy", "colorByTried", "colors", "groups", "wide", ...ARRANGING],
];
/** Settings that change the table of what is selected. */
const SELECTING = ["selection", "columns", "rowsFilter"];
/** Words about a canvas come so much after it, in ms: a screen reader is no ticker. */
const DESCRIBED = 400;

/**
 * @param {{
 *   el: HTMLElement, store: Store, settings: Settings,
 *   host: { send: (message: unknown) => void, now: () => number, exportName?: string },
 * }} parts
 */
export function createDashboard({ el, store, settings, host }) {
  const root = h("div", { className: "tbnb", tabIndex: -1, "data-lm-suppress-shortcuts": "true" });
  const tried = createTried(store);
  const colors = createColors(settings, () => root.dataset.theme === "dark", tried);
  let theme = readTheme(root);
  let structure = true;
  let known = store.tried;
  let selecting = false;
  let describing = 0;
  let telling = 0;
  let marks = 0;
  let painted = Number.NEGATIVE_INFINITY;

  const frames = createFrames({ before, after });
  /** @type {WeakMap<Drawing, CardFrame>} */
  const cardOf = new WeakMap();
  const board = createBoard({
    root,
    store,
    settings,
    colors,
    tried,
    name: host.exportName ?? "tbnb",
    theme: () => theme,
    dressed,
    redraw: (drawing) => {
      const card = cardOf.get(drawing);
      if (card) frames.request(card, true);
    },
    frame: () => frames.request(null, true),
    send: host.send,
    inView: () => drawingsOf(grid.inView()),
    all: () => drawingsOf(grid.all()),
  });
  const grid = createGrid(board, frames);
  const main = h("main", { className: "tbnb-main" }, grid.element);
  root.append(h("style", { textContent: css + panels }));
  el.append(root);
  const layout = createLayout(
    { root, store, settings, colors, tried, host, board, cards: grid.inOrder },
    main,
  );

  root.addEventListener("mousedown", focusRoot);
  const stops = [
    store.on(heard),
    settings.subscribe(chosen),
    watchTheme(restyle),
    onceAttached(root, restyle),
  ];
  board.sieve();
  restyle();
  count();

  /** Else the notebook keeps the focus, and its shortcuts (dd!) act on the cell. @param {MouseEvent} event */
  function focusRoot(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (!target.closest("button, input, select, textarea, a, [tabindex='0']"))
      root.focus({ preventScroll: true });
  }

  /** @param {Change} change */
  function heard(change) {
    if (change.structure) structure = true;
    let remarked = change.status && store.status.marks.length !== marks;
    for (const id of change.touched) {
      const series = store.series.get(id);
      if (!series) continue;
      for (const card of grid.cardsOf(series.tag)) frames.request(card, false);
      if (board.remarks(series)) remarked = true;
    }
    if (remarked) remark();
    count();
    layout.hear(change);
    frames.request(null, false);
  }

  /** There may be another mark: it belongs on all cards, and doesn't wait for their next point. */
  function remark() {
    marks = store.status.marks.length;
    for (const card of grid.all()) frames.request(card, false);
  }

  /** What a program reads; right in a hidden tab too. */
  function count() {
    const { dataset } = root;
    dataset.state = store.status.state;
    if (structure) dataset.runs = String(store.runs().length);
    dataset.series = String(store.series.size);
    dataset.points = String(store.points);
  }

  function before() {
    if (structure) rebuild();
    if (selecting) for (const card of grid.inView()) card.drawing.select();
    selecting = false;
  }

  function rebuild() {
    structure = false;
    const learnt = known !== store.tried;
    known = store.tried;
    const grew = board.gather();
    if (!grew && !learnt) {
      grid.sift();
      return remark();
    }
    colors.assign(board.runs());
    grid.sync();
    for (const card of grid.all()) adopt(card);
  }

  /** @param {CardFrame} card */
  function adopt(card) {
    cardOf.set(card.drawing, card);
    frames.request(card, false);
  }

  /** What the pointer tells is of what was drawn. */
  function after() {
    board.point();
    let newest = { wall: Number.NEGATIVE_INFINITY, step: Number.NaN };
    for (const card of grid.inView()) if (card.newest.wall > newest.wall) newest = card.newest;
    if (newest.wall !== painted && newest.wall > Number.NEGATIVE_INFINITY) tellPainted(newest);
    tell();
    describing ||= window.setTimeout(describe, DESCRIBED);
  }

  /** @param {{ wall: number, step: number }} newest */
  function tellPainted({ wall, step }) {
    painted = wall;
    root.dataset.paintedWallTime = String(wall);
    root.dataset.paintedStep = String(step);
    root.dataset.lagMs = ((host.now() - wall) * 1000).toFixed(1);
  }

  /** Panels hear of it now, or at their next beat: nothing that was heard is left untold. */
  function tell() {
    clearTimeout(telling);
    telling = layout.tell(performance.now()) ? window.setTimeout(tell, BEAT) : 0;
  }

  function describe() {
    describing = 0;
    for (const card of grid.inView()) card.drawing.describe();
  }

  /** @param {Set<string>} keys */
  function chosen(keys) {
    if (keys.has("runsFilter") || keys.has("hidden")) board.sieve();
    if (ARRANGING.some((key) => keys.has(key))) {
      grid.sync();
      for (const card of grid.all()) cardOf.set(card.drawing, card);
    } else if (SIEVING.some((key) => keys.has(key))) grid.sift();
    if (keys.has("size")) style();
    if (keys.has("panel")) layout.show();
    if (SELECTING.some((key) => keys.has(key))) {
      selecting = true;
      frames.request(null, true);
      if (keys.size === 1) return;
    }
    if (keys.has("x")) settings.set("selection", null);
    if (keys.has("x")) board.linkZoom(null);
    if (SHOWING.some((key) => keys.has(key))) for (const card of grid.all()) frames.request(card, true);
  }

  function style() {
    root.style.setProperty("--tbnb-card", `${settings.get("size")}px`);
  }

  /** @template T @param {"light" | "dark"} other @param {() => T} draw */
  function dressed(other, draw) {
    const before = { name: root.dataset.theme, theme };
    root.dataset.theme = other;
    theme = readTheme(root);
    try {
      return draw();
    } finally {
      root.dataset.theme = before.name;
      theme = before.theme;
    }
  }

  function restyle() {
    root.dataset.theme = isDark(el) ? "dark" : "light";
    style();
    theme = readTheme(root);
    for (const card of grid.all()) frames.request(card, true);
    layout.hear({ touched: new Set(), structure: false, status: true });
    frames.request(null, true);
  }

  return {
    settled: () => !structure && frames.settled(),
    /** As they stand on the page. */
    cards: grid.inOrder,
    destroy() {
      for (const stop of stops) stop();
      clearTimeout(describing);
      clearTimeout(telling);
      layout.destroy();
      frames.stop();
      board.stop();
      grid.destroy();
      root.remove();
    },
  };
}

/** @param {Iterable<CardFrame>} cards */
function* drawingsOf(cards) {
  for (const card of cards) yield card.drawing;
}
