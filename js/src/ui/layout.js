// Around the charts: the bar above them, beside them the panel that stands open, the status line beneath.

import { h } from "./dom.js";
import { createEmpty } from "./empty.js";
import { listen } from "./keys.js";
import { BAR, CORNER, FOOT, PANELS } from "./panels.js";

/** @import { Change, Settings, Store } from "../types.ts" */
/** @import { Board, CardFrame } from "./types.ts" */

/**
 * @typedef {{
 *   root: HTMLElement, store: Store, settings: Settings, colors: ReturnType<typeof import("../colors.js").createColors>,
 *   tried: import("../tried.js").Tried,
 *   host: { send: (message: unknown) => void, now: () => number, exportName?: string },
 *   board: Board, cards: () => CardFrame[],
 * }} Context
 * @typedef {{ element: HTMLElement, update: (change: Change) => void, destroy: () => void, keys?: Record<string, () => void> }} Panel
 *   `keys` work wherever the focus is
 * @typedef {{ create: (context: Context) => Panel }} Part
 */

/** Narrower than this a panel would leave no room for a chart: it is closed until it's asked for, and lies over these. */
const NARROW = 640;
/** Panels tell of new points so often at most, in ms. */
export const BEAT = 150;

/** @param {Context} context @param {HTMLElement} main */
export function createLayout(context, main) {
  const { root, settings } = context;
  const make = (/** @type {Part[]} */ parts) => parts.map(({ create }) => create(context));
  const [tools, corner, foot] = [BAR, CORNER, FOOT].map(make);
  const empty = createEmpty(context);
  main.prepend(empty.element);
  const standing = [empty, ...tools, ...corner, ...foot];
  const elements = (/** @type {Panel[]} */ panels) => panels.map(({ element }) => element);
  const tabs = PANELS.map(({ name, title }) =>
    h("button", { type: "button", className: "tbnb-tab", textContent: title, onclick: () => toggle(name) }),
  );
  const nav = h("div", { className: "tbnb-tabs", role: "group", "aria-label": "Panels" }, ...tabs);
  nav.append(...elements(corner));
  const bar = h("div", { className: "tbnb-bar" }, ...elements(tools), nav);
  const side = h("div", { className: "tbnb-side" });
  root.append(bar, h("div", { className: "tbnb-body" }, side, main), ...elements(foot));
  for (const part of /** @type {HTMLElement[]} */ ([side, ...tabs]))
    part.addEventListener("keydown", closeOnEscape);
  main.addEventListener("pointerdown", leave, { capture: true });
  const keys = PANELS.map(({ name, key }) => [key, () => goTo(name)]);
  const deaf = listen(root, Object.assign(Object.fromEntries(keys), ...standing.map((panel) => panel.keys)));

  /** @type {{ name: string, panel: Panel } | null} */
  let open = null;
  let asked = false;
  /** @type {Change} */
  let news = nothing();
  let told = 0;
  let wasNarrow = isNarrow();
  const widths = new ResizeObserver(turn);
  widths.observe(root);
  show();

  /** @param {string} name */
  function toggle(name) {
    const closes = open?.name === name;
    asked = true;
    if (settings.get("panel") === (closes ? "" : name)) show();
    else settings.set("panel", closes ? "" : name);
  }

  /** By a key: the focus goes along. @param {string} name */
  function goTo(name) {
    toggle(name);
    const first = open?.panel.element.querySelector("input, select, button");
    const tab = tabs[PANELS.findIndex((panel) => panel.name === name)];
    /** @type {HTMLElement} */ (first ?? tab).focus();
  }

  /** @param {KeyboardEvent} event */
  function closeOnEscape(event) {
    if (event.key !== "Escape" || !open) return;
    event.preventDefault();
    event.stopPropagation();
    goTo(open.name);
  }

  function isNarrow() {
    return root.clientWidth > 0 && root.clientWidth < NARROW;
  }

  /** A cell that becomes narrow, or first has a width. */
  function turn() {
    if (isNarrow() === wasNarrow) return;
    wasNarrow = isNarrow();
    requestAnimationFrame(show);
  }

  /** Where a panel lies over the charts, it goes when one turns to these, and no more than that. @param {Event} event */
  function leave(event) {
    if (!open || !isNarrow()) return;
    event.stopPropagation();
    asked = false;
    show();
  }

  /** The panel that the settings name stands open. */
  function show() {
    const wanted =
      !asked && isNarrow() ? undefined : PANELS.find(({ name }) => name === settings.get("panel"));
    PANELS.forEach(({ name }, at) => {
      tabs[at].setAttribute("aria-expanded", String(name === wanted?.name));
    });
    side.hidden = !wanted;
    if (open?.name === wanted?.name) return;
    open?.panel.destroy();
    open = wanted ? { name: wanted.name, panel: wanted.create(context) } : null;
    side.replaceChildren(...(open ? [open.panel.element] : []));
  }

  /** @param {Change} change */
  function hear(change) {
    for (const id of change.touched) news.touched.add(id);
    news.structure ||= change.structure;
    news.status ||= change.status;
  }

  /** Whether there is something left to tell later. @param {number} now */
  function tell(now) {
    if (!(news.touched.size || news.structure || news.status)) return false;
    if (now - told < BEAT && !news.structure) return true;
    told = now;
    const change = news;
    news = nothing();
    for (const panel of standing) panel.update(change);
    open?.panel.update(change);
    return false;
  }

  return {
    show,
    hear,
    tell,
    destroy() {
      deaf();
      widths.disconnect();
      for (const panel of standing) panel.destroy();
      open?.panel.destroy();
    },
  };
}

/** @returns {Change} */
function nothing() {
  return { touched: new Set(), structure: false, status: false };
}
