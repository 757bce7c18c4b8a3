// The line at the foot: live or not, how fast, how late, how much; and why, for who asks.

import { paceOf } from "../math/pace.js";
import { h } from "./dom.js";
import { factsOf, sentencesOf, stateWord } from "./standing.js";

/** @import { Change } from "../types.ts" */
/** @import { Context, Panel } from "./layout.js" */

/** Between two tellings, in ms: numbers that change faster can't be read. */
const BEAT = 500;
/** An age grows without news. */
const AGEING = 1000;
/** So many of the series that grew are asked for the newest point. */
const ASKED = 40;

/** @param {Context} context @returns {Panel} */
export function createStatus({ root, store, host }) {
  const word = h("span", { className: "tbnb-state", role: "status" });
  const facts = Object.fromEntries(
    ["pace", "newest", "lag", "points"].map((name) => [name, h("span", { className: `tbnb-fact-${name}` })]),
  );
  const details = h("ul", { className: "tbnb-details", hidden: true, tabIndex: -1 });
  const first = h("span");
  const others = h("small");
  const why = h(
    "button",
    { type: "button", className: "tbnb-why", onclick: toggle, hidden: true },
    first,
    others,
  );
  why.setAttribute("aria-expanded", "false");
  const line = h("div", { className: "tbnb-line" }, word, ...Object.values(facts), why);
  const element = h("footer", { className: "tbnb-status" }, details, line);
  let newest = { id: Number.NaN, wall: Number.NEGATIVE_INFINITY, step: Number.NaN };
  /** When the first points were here, by the kernel's clock: what was logged before isn't late, only older than this page. */
  let began = Number.POSITIVE_INFINITY;
  let told = Number.NEGATIVE_INFINITY;
  let later = 0;
  const ageing = setInterval(() => document.hidden || show(), AGEING);
  element.addEventListener("keydown", closeOnEscape);
  see(store.series.keys());
  show();

  function toggle() {
    details.hidden = !details.hidden;
    why.setAttribute("aria-expanded", String(!details.hidden));
  }

  /** @param {KeyboardEvent} event */
  function closeOnEscape(event) {
    if (event.key !== "Escape" || details.hidden) return;
    toggle();
    why.focus();
  }

  /** @param {Change} change */
  function update(change) {
    see(change.touched);
    const wait = told + BEAT - performance.now();
    if (wait <= 0 || change.status) show();
    else later ||= window.setTimeout(show, wait);
  }

  /** Looks for a newer point. @param {Iterable<number>} touched */
  function see(touched) {
    let asked = 0;
    for (const id of touched) {
      if (asked++ === ASKED) break;
      const series = store.series.get(id);
      if (series?.kind !== "scalars") continue;
      const { wall, step, length } = series.columns();
      if (length > 0 && wall[length - 1] > newest.wall)
        newest = { id, wall: wall[length - 1], step: step[length - 1] };
    }
    const { paintedWallTime, paintedStep } = root.dataset;
    if (Number(paintedWallTime) > newest.wall)
      newest = { id: newest.id, wall: Number(paintedWallTime), step: Number(paintedStep) };
    if (newest.wall > Number.NEGATIVE_INFINITY) began = Math.min(began, host.now());
  }

  function measure() {
    const { paintedWallTime, lagMs } = root.dataset;
    const series = store.series.get(newest.id);
    return {
      step: newest.step,
      age: host.now() - newest.wall,
      lag: Number(paintedWallTime) >= began ? Number(lagMs) / 1000 : Number.NaN,
      pace: series ? paceOf(series.columns()) : Number.NaN,
      points: store.points,
      ...store.holding(),
    };
  }

  function show() {
    clearTimeout(later);
    later = 0;
    told = performance.now();
    const { status } = store;
    const measured = measure();
    write(word, stateWord(status.state));
    for (const [name, text] of Object.entries(factsOf(status.state, measured))) write(facts[name], text);
    explain(sentencesOf(status, measured));
  }

  /** @param {{ wrong: string[], told: string[] }} sentences */
  function explain({ wrong, told }) {
    const all = [...wrong, ...told];
    why.hidden = all.length === 0;
    if (why.hidden) details.hidden = true;
    element.classList.toggle("tbnb-trouble", wrong.length > 0);
    write(first, all[0] ?? "");
    write(others, all.length > 1 ? `and ${all.length - 1} more` : "");
    if (details.textContent === all.join("")) return;
    details.replaceChildren(...all.map((textContent) => h("li", { textContent })));
  }

  return {
    element,
    update,
    destroy() {
      clearInterval(ageing);
      clearTimeout(later);
    },
  };
}

/** @param {HTMLElement} element @param {string} text */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}
