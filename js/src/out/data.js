// The points of what is shown, all that the page holds of them, as CSV and JSON.

import { csvOf, jsonOf } from "../math/table.js";

/** @import { Series } from "../types.ts" */

/** The page goes on meanwhile: so long is worked at a time, in ms. */
const SPELL = 8;

/** Of how many curves the page lacks points, and how many these are. @param {Iterable<Series>} series */
export function lackOf(series) {
  const lack = { curves: 0, known: 0, total: 0 };
  for (const { known, total } of series) {
    if (known === total) continue;
    lack.curves++;
    lack.known += known;
    lack.total += total;
  }
  return lack;
}

/**
 * All points of this moment, whatever comes while they are written.
 * @param {Series[]} series @param {"csv" | "json"} kind @param {(part: number) => void} tell how much is done
 */
export async function dataOf(series, kind, tell) {
  const lines = series.map(frozen);
  const all = lines.reduce((sum, { columns }) => sum + columns.length, 0);
  const blobs = [];
  let done = 0;
  let began = performance.now();
  for (const [text, points] of kind === "csv" ? csvOf(lines) : jsonOf(lines)) {
    blobs.push(new Blob([text]));
    done += points;
    if (performance.now() - began < SPELL) continue;
    tell(done / (all || 1));
    await breath();
    began = performance.now();
  }
  return new Blob(blobs, { type: kind === "csv" ? "text/csv" : "application/json" });
}

/** @param {Series} series */
function frozen(series) {
  const { run, tag, total } = series;
  const { step, wall, value, length, exact } = series.columns();
  const [steps, walls, values] = [step, wall, value].map((column) => column.slice(0, length));
  return { run, tag, total, columns: { step: steps, wall: walls, value: values, length, exact } };
}

/** Lets the page do what waits; unlike a timer, in a hidden tab too. @returns {Promise<void>} */
function breath() {
  return new Promise((resume) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resume();
    };
    port2.postMessage(null);
  });
}
