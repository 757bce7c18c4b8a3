// A list of which only the rows in view are made, so that a thousand scroll as ten do; one of them has the focus.

import { h } from "./dom.js";

/** Rows made above and below those in view. */
const MORE = 8;

/**
 * @template {string} K
 * @param {{
 *   label: string, height: number, make: (key: K) => HTMLElement, fill: (row: HTMLElement, key: K) => void,
 *   act: (key: K, name: string) => boolean,
 * }} parts `make` gives a row whose checkbox takes the focus; `act` hears keys that move nothing
 */
export function createWindowed({ label, height, make, fill, act }) {
  const list = h("ul", { className: "tbnb-rows", "aria-label": label });
  const element = h(
    "div",
    { className: "tbnb-scroll", onscroll: place, onkeydown: key, onfocusin: taken },
    list,
  );
  /** @type {K[]} */
  let keys = [];
  /** @type {Map<K, HTMLElement>} */
  let rows = new Map();
  let active = 0;
  const sizes = new ResizeObserver(place);
  sizes.observe(element);

  /** Whichever row has the focus keeps it. @param {K[]} next */
  function show(next) {
    const focused = element.matches(":focus-within");
    const at = next.indexOf(keys[active]);
    keys = next;
    active = at >= 0 ? at : Math.min(active, Math.max(0, keys.length - 1));
    list.style.height = `${keys.length * height}px`;
    place();
    refresh();
    if (focused && !element.matches(":focus-within")) focus(active);
  }

  /** Rows for what is in view; those that stay are the same elements. */
  function place() {
    /** @type {Map<K, HTMLElement>} */
    const next = new Map();
    const places = placesInView();
    for (const at of places) next.set(keys[at], rows.get(keys[at]) ?? made(keys[at]));
    for (const [key, row] of rows) if (!next.has(key)) row.remove();
    rows = next;
    [...rows.values()].forEach((row, nth) => {
      put(row, places[nth], list.children[nth]);
    });
  }

  /** And the active one, that the focus isn't lost to the notebook while one scrolls. */
  function placesInView() {
    const first = Math.max(0, Math.floor(element.scrollTop / height) - MORE);
    const last = Math.min(keys.length, Math.ceil((element.scrollTop + element.clientHeight) / height) + MORE);
    const places = Array.from({ length: Math.max(0, last - first) }, (_, nth) => first + nth);
    if (active >= keys.length || (active >= first && active < last)) return places;
    return active < first ? [active, ...places] : [...places, active];
  }

  /** @param {K} key */
  function made(key) {
    const row = make(key);
    row.dataset.key = key;
    fill(row, key);
    return row;
  }

  /** @param {HTMLElement} row @param {number} at @param {Element | undefined} there what stands in its place */
  function put(row, at, there) {
    row.style.transform = `translateY(${at * height}px)`;
    row.setAttribute("aria-posinset", String(at + 1));
    row.setAttribute("aria-setsize", String(keys.length));
    for (const part of controls(row)) part.tabIndex = -1;
    if (at === active) box(row).tabIndex = 0;
    if (there !== row) list.insertBefore(row, there ?? null);
  }

  function refresh() {
    for (const [key, row] of rows) fill(row, key);
  }

  /** @param {KeyboardEvent} event */
  function key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const page = Math.max(1, Math.floor(element.clientHeight / height) - 1);
    const ways = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: page,
      PageUp: -page,
      Home: -keys.length,
      End: keys.length,
    };
    const by = Object.hasOwn(ways, event.key) ? ways[/** @type {keyof typeof ways} */ (event.key)] : 0;
    if (by) focus(active + by);
    else if (!aside(event.key) && !act(keys[active], event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Left and right go through the controls of a row. @param {string} name */
  function aside(name) {
    const way = name === "ArrowRight" ? 1 : name === "ArrowLeft" ? -1 : 0;
    const row = rows.get(keys[active]);
    if (!way || !row) return false;
    const parts = controls(row);
    const at = parts.findIndex((part) => part.matches(":focus"));
    parts[Math.max(0, Math.min(parts.length - 1, at + way))].focus();
    return true;
  }

  /** @param {number} to */
  function focus(to) {
    if (keys.length === 0) return;
    active = Math.max(0, Math.min(keys.length - 1, to));
    const { scrollTop, clientHeight } = element;
    if (active * height < scrollTop) element.scrollTop = active * height;
    if ((active + 1) * height > scrollTop + clientHeight)
      element.scrollTop = (active + 1) * height - clientHeight;
    place();
    box(/** @type {HTMLElement} */ (rows.get(keys[active]))).focus({ preventScroll: true });
  }

  /** @param {FocusEvent} event */
  function taken({ target }) {
    const row = /** @type {HTMLElement} */ (target).closest("li");
    const at = row ? keys.indexOf(/** @type {K} */ (row.dataset.key)) : -1;
    if (at < 0 || at === active) return;
    active = at;
    place();
  }

  return { element, show, refresh, destroy: () => sizes.disconnect() };
}

/** @param {HTMLElement} row @returns {HTMLElement[]} */
function controls(row) {
  return [...row.querySelectorAll("input, button")].map((part) => /** @type {HTMLElement} */ (part));
}

/** @param {HTMLElement} row */
function box(row) {
  return /** @type {HTMLElement} */ (row.querySelector("[type=checkbox]"));
}
