// Asks the kernel for the exact points of a zoomed stretch, where the page holds but picked ones; an idle kernel answers.

/** @import { Extent } from "./chart.js" */
/** @import { Series } from "./types.ts" */

const QUIET = 300; // ms without another zoom
const PAUSE = 2000; // ms between two questions for one series, at least
const PATIENCE = 60_000; // ms, where the last one brought nothing: the kernel is busy
const MOST = 500_000; // points of one question; of more than that a picture shows as much

/** @param {(message: unknown) => void} send @param {() => number} clock */
export function createDetail(send, clock = () => performance.now()) {
  /** What of each series lies in view. @type {Map<Series, { by: "step" | "wall", view: Extent }>} */
  const wanted = new Map();
  /** @type {WeakMap<Series, { at: number, known: number }>} */
  const asked = new WeakMap();
  let timer = 0;

  /** @param {Series} series @param {"step" | "wall"} by @param {Extent | null} view null for all of it */
  function want(series, by, view) {
    const lacking = view ? lackingOf(series, by, view) : [];
    if (!view) series.spare?.([0, 0]);
    if (!view || lacking.length === 0) wanted.delete(series);
    else wanted.set(series, { by, view });
    if (wanted.size > 0 && !timer) timer = window.setTimeout(ask, QUIET);
  }

  /** @param {Series} series @param {"step" | "wall"} by @param {Extent} view */
  function lackingOf(series, by, { low, high }) {
    const stretches = series.lacks?.(by, low, high) ?? [];
    return stretches.reduce((sum, [start, end]) => sum + end - start, 0) > MOST ? [] : stretches;
  }

  function ask() {
    timer = 0;
    /** @type {[number, number, number][]} */
    const stretches = [];
    for (const [series, { by, view }] of wanted) {
      const lacking = lackingOf(series, by, view);
      if (lacking.length === 0) wanted.delete(series);
      if (!isDue(series)) continue;
      if (lacking.length === 0) continue;
      for (const [start, end] of lacking) stretches.push([series.id, start, end]);
      series.spare?.([lacking[0][0], lacking[lacking.length - 1][1]]);
      asked.set(series, { at: clock(), known: series.known });
    }
    if (stretches.length > 0) send({ type: "range", series: stretches });
    if (wanted.size > 0) timer = window.setTimeout(ask, PAUSE);
  }

  /** @param {Series} series */
  function isDue(series) {
    const before = asked.get(series);
    if (!before) return true;
    return clock() - before.at >= (series.known === before.known ? PATIENCE : PAUSE);
  }

  function stop() {
    clearTimeout(timer);
  }

  return { want, stop };
}
