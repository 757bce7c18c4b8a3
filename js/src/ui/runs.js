// The runs: which are seen, in which colours, in which order.

import { number } from "../format.js";
import { wordsOf } from "../tried.js";
import { h, icon, nameOf } from "./dom.js";
import { createForm, textButton } from "./form.js";
import { createRegister, listRuns } from "./listing.js";
import { createPalette } from "./palette.js";
import { createWindowed } from "./windowed.js";

/** @import { Change, SettingValues } from "../types.ts" */
/** @import { Context, Panel } from "./layout.js" */

const ROW = 28;
/** Between two looks at last values, in ms. */
const BEAT = 1000;
/** Between two looks at which runs there are: so many times what a look takes, which with few runs is no time. */
const EASE = 10;
/** Tags that are offered for the last value. */
const TAGS = 300;
const LINE = "M1 8h14";
/** What a choice begins with. */
const TAG = "t:";
const TRIED = "h:";
/** @type {[SettingValues["runsSort"]["by"], string][]} */
const SORTS = [
  ["start", "By start"],
  ["name", "By name"],
  ["last", "By value"],
];

/** @param {Context} context @returns {Panel} */
export function createRuns({ root, store, settings, colors, tried }) {
  const form = createForm(settings);
  const register = createRegister(store, tried);
  const list = createWindowed({ label: "Runs", height: ROW, make, fill, act });
  const count = h("span", { className: "tbnb-note", role: "status" });
  const palette = createPalette(form, settings, colors, () => register.runs(), tried);
  const tag = h("select", { onchange: () => sortBy(shownIn(tag.value)) });
  tag.setAttribute("aria-label", "What is shown of each run: a tag’s last value, or what it tried");
  const way = h("button", { type: "button", className: "tbnb-icon", onclick: turn });
  const element = h(
    "div",
    { className: "tbnb-runs", role: "group", "aria-label": "Runs" },
    form.pattern("Show runs by name (regular expression)", "Filter runs", form.bind("runsFilter")),
    h(
      "div",
      { className: "tbnb-row" },
      count,
      textButton("All", () => showListed(true)),
      textButton("None", () => showListed(false)),
    ),
    h(
      "div",
      { className: "tbnb-row" },
      form.choice("Order of runs", SORTS, form.bindPart("runsSort", "by")),
      way,
      h("span", { className: "tbnb-field" }, tag),
    ),
    list.element,
    palette.element,
  );
  let hidden = new Set(settings.get("hidden"));
  /** @type {string[]} */
  let listed = [];
  let theme = root.dataset.theme;
  let told = 0;
  let took = 0;
  let later = 0;
  let structure = false;
  register.gather();
  offerTags();
  const stop = settings.subscribe(chosen);
  show();

  /** @param {Partial<SettingValues["runsSort"]>} patch */
  function sortBy(patch) {
    settings.set("runsSort", { ...settings.get("runsSort"), ...patch });
  }

  function turn() {
    sortBy({ descending: !settings.get("runsSort").descending });
  }

  function tagNow() {
    const wanted = settings.get("runsSort").tag;
    return register.tags().includes(wanted) ? wanted : (register.tags()[0] ?? "");
  }

  function triedNow() {
    const wanted = settings.get("runsSort").tried ?? "";
    return tried.names().includes(wanted) ? wanted : "";
  }

  function offerTags() {
    const tags = register.tags();
    tag.replaceChildren(
      ...offer("Last value of", TAG, tags.slice(0, TAGS)),
      ...offer("Hyperparameter", TRIED, tried.names()),
    );
    tag.hidden = tags.length === 0;
  }

  function show() {
    told = performance.now();
    clearTimeout(later);
    later = 0;
    listed = listRuns(register, {
      filter: settings.get("runsFilter"),
      sort: { ...settings.get("runsSort"), tried: triedNow() },
      tag: tagNow(),
    });
    tag.value = triedNow() ? TRIED + triedNow() : TAG + tagNow();
    list.show(listed);
    tellCount();
    palette.show();
    const down = settings.get("runsSort").descending;
    way.replaceChildren(icon(down ? "M8 3v10M4.5 9.5L8 13l3.5-3.5" : "M8 13V3M4.5 6.5L8 3l3.5 3.5"));
    way.title = down ? "Descending" : "Ascending";
    way.setAttribute("aria-label", `${way.title}: turn the order round`);
  }

  function tellCount() {
    const seen = listed.filter((run) => !hidden.has(run)).length;
    const all = register.runs().length;
    write(count, `${seen.toLocaleString("en-US")} of ${all.toLocaleString("en-US")} shown`);
  }

  /** @param {string} run */
  function make(run) {
    const name = run || ".";
    const box = h("input", { type: "checkbox", onchange: () => showRun(run, box.checked) });
    const paint = h("input", {
      type: "color",
      title: `Colour of ${name}`,
      "aria-label": `Colour of ${name}`,
      oninput: () => settings.set("colors", { ...settings.get("colors"), [run]: paint.value }),
    });
    const only = textButton("Only", () => onlyRun(run));
    only.setAttribute("aria-label", `Only ${name}`);
    only.title = "Show this run alone; again: show all";
    return h(
      "li",
      {},
      h("span", { className: "tbnb-paint" }, icon(LINE), paint),
      h("label", {}, box, nameOf(name)),
      h("span", { className: "tbnb-last" }),
      only,
    );
  }

  /** @param {HTMLElement} row @param {string} run */
  function fill(row, run) {
    const { color, dash } = colors.of(run);
    const [box, paint] = [at(row, "[type=checkbox]"), at(row, "[type=color]")];
    if (box.checked === hidden.has(run)) box.checked = !hidden.has(run);
    if (paint.value !== color && !paint.matches(":focus")) paint.value = color;
    const line = /** @type {SVGElement} */ (row.querySelector("path"));
    line.style.stroke = color;
    line.style.strokeDasharray = dash.map((length) => length / 2).join(" ");
    const value = triedNow() ? register.value(run, triedNow()) : register.last(run, tagNow());
    write(/** @type {HTMLElement} */ (row.querySelector(".tbnb-last")), shortly(value));
    const name = /** @type {HTMLElement} */ (row.querySelector(".tbnb-name"));
    name.title = [run || ".", ...wordsOf(tried.of(run))].join("\n");
  }

  /** @param {string} run @param {string} key */
  function act(run, key) {
    if (key !== "o" || run === undefined) return false;
    onlyRun(run);
    return true;
  }

  /** @param {string} run @param {boolean} seen */
  function showRun(run, seen) {
    const next = new Set(hidden);
    if (seen) next.delete(run);
    else next.add(run);
    settings.set("hidden", [...next]);
  }

  /** @param {string} run */
  function onlyRun(run) {
    const others = register.runs().filter((one) => one !== run);
    const already = !hidden.has(run) && others.every((one) => hidden.has(one));
    settings.set("hidden", already ? [] : others);
  }

  /** @param {boolean} seen */
  function showListed(seen) {
    const next = new Set(hidden);
    for (const run of listed) {
      if (seen) next.delete(run);
      else next.add(run);
    }
    settings.set("hidden", [...next]);
  }

  /** @param {Set<string>} keys */
  function chosen(keys) {
    if (keys.has("hidden")) hidden = new Set(settings.get("hidden"));
    if (["runsFilter", "runsSort"].some((key) => keys.has(key))) show();
    else if (["hidden", "colorBy", "colorByTried", "colors"].some((key) => keys.has(key))) repaint();
  }

  function repaint() {
    list.refresh();
    tellCount();
    palette.show();
  }

  /** @param {Change} change */
  function update(change) {
    if (root.dataset.theme !== theme) {
      theme = root.dataset.theme;
      repaint();
    }
    structure ||= change.structure;
    const wait = told + (structure ? took * EASE : BEAT) - performance.now();
    if (wait <= 0) return look();
    if (structure) clearTimeout(later);
    if (structure || !later) later = window.setTimeout(look, wait);
  }

  function look() {
    const start = performance.now();
    if (structure) {
      structure = false;
      register.gather();
      offerTags();
    }
    show();
    took = performance.now() - start;
  }

  return {
    element,
    update,
    destroy() {
      clearTimeout(later);
      stop();
      form.destroy();
      list.destroy();
    },
  };
}

/** @param {string} label @param {string} kind @param {string[]} names */
function offer(label, kind, names) {
  const options = names.map((name) => h("option", { value: kind + name, textContent: name || "(empty)" }));
  return names.length ? [h("optgroup", { label }, ...options)] : [];
}

/** @param {string} choice @returns {Partial<SettingValues["runsSort"]>} */
function shownIn(choice) {
  const name = choice.slice(TAG.length);
  return choice.startsWith(TRIED) ? { tried: name } : { tag: name, tried: "" };
}

/** @param {number | string} value */
function shortly(value) {
  if (typeof value === "string") return value;
  return Number.isNaN(value) ? "" : number(value, 4);
}

/** @param {HTMLElement} row @param {string} selector */
function at(row, selector) {
  return /** @type {HTMLInputElement} */ (row.querySelector(selector));
}

/** @param {HTMLElement} element @param {string} text */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
