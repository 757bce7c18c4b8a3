// What a card shows: its curves and groups, brought up to date, with their colours, names and axes.

import { columnOf } from "../curve.js";
import { createGroups } from "../groups.js";

/** @import { Curve } from "../curve.js" */
/** @import { Group } from "../groups.js" */
/** @import { Settings } from "../types.ts" */
/** @import { Catalog } from "./catalog.js" */
/** @import { Shown } from "./types.ts" */

/** How a further tag on a card differs from the first. */
const TAG_DASHES = [[], [5, 3], [1.5, 2.5], [9, 3, 1.5, 3]];

/**
 * @param {Settings} settings @param {{ of: (run: string, members?: string[]) => { color: string, dash: number[] } }} colors
 * @param {import("../tried.js").Tried} tried @param {Catalog} catalog
 */
export function createShowing(settings, colors, tried, catalog) {
  const groups = createGroups(settings, tried, catalog.origin);

  /** @param {string[]} tags @param {string[]} second on the second axis @returns {Shown[]} */
  function shown(tags, second) {
    const several = tags.length + second.length > 1;
    return [...tags, ...second].flatMap((tag, n) => {
      const place = { n, second: n >= tags.length, detail: several ? tag : "" };
      const seen = catalog.curves(tag).filter(({ series }) => catalog.sees(series.run));
      const { groups: found, rest } = groups.of(tag, seen);
      return [
        ...rest.map((curve) => alone(curve, place)),
        ...found.map((group) => together(group, place)),
      ].filter(({ curve }) => curve.columns.length > 0);
    });
  }

  /** @typedef {{ n: number, second: boolean, detail: string }} Place  of a tag on its card */

  /** @param {Curve} curve @param {Place} place @returns {Shown} */
  function alone(curve, place) {
    const began = () => catalog.origin(curve.series.run);
    const shown = common(curve, place, began);
    const raw = rawOf(curve, began);
    const odd = curve.odd.length ? [{ line: raw ?? shown.line, at: curve.odd }] : [];
    return { ...shown, name: curve.series.run || ".", raw, odd, band: null };
  }

  /** @param {Group} group @param {Place} place @returns {Shown} */
  function together({ name, runs, odd, began: since, curve, low, high }, place) {
    const began = () => since;
    const band = { low: lineOf(refreshed(low), began), high: lineOf(refreshed(high), began) };
    return { ...common(curve, place, began, runs), name, raw: null, odd: odd.map(placed), band };
  }

  /** @param {Curve} curve @param {Place} place @param {() => number} began @param {string[]} [members] of a group */
  function common(curve, { n, second, detail }, began, members) {
    const { run, tag } = refreshed(curve).series;
    const { color, dash } = colors.of(run, members);
    return {
      curve,
      run,
      tag,
      color,
      dash: n === 0 ? dash : TAG_DASHES[n % TAG_DASHES.length],
      line: lineOf(curve, began),
      second,
      began,
      detail,
    };
  }

  /** @param {Curve} curve */
  function refreshed(curve) {
    curve.parted = settings.get("parts");
    curve.refresh(settings.get("smoothing"), columnOf(settings.get("x")));
    return curve;
  }

  /** @param {Curve} curve @param {() => number} began */
  function lineOf(curve, began) {
    return curve.line(settings.get("x"), originOf(began));
  }

  /** @param {Curve} curve @param {() => number} began */
  function rawOf(curve, began) {
    return curve.isSmooth ? curve.rawLine(settings.get("x"), originOf(began)) : null;
  }

  /** Each where it was in its own run. @param {import("../groups.js").Oddities} odd */
  function placed({ run, columns, at }) {
    const { value: y, length } = columns;
    const x = columns[columnOf(settings.get("x"))];
    const offset = settings.get("x") === "relstep" ? x[0] : originOf(() => catalog.origin(run));
    return { at, line: { x, offset, y, length } };
  }

  /** @param {() => number} began */
  function originOf(began) {
    return settings.get("x") === "relative" ? began() : 0;
  }

  return shown;
}
