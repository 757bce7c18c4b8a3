// The marks that a run's own series give: epochs and jumps of the learning rate, found anew when these series grew.

import { epochStarts, rateJumps } from "./math/landmarks.js";
import { isRate } from "./math/pairs.js";

/** @import { Curve } from "./curve.js" */
/** @import { Landmark } from "./math/landmarks.js" */
/** @import { Series } from "./types.ts" */

const EPOCH = /(^|\/)epoch$/i;

export function createLandmarks() {
  /** @type {WeakMap<Series, { key: string, found: Landmark[], find: typeof epochStarts }>} */
  const known = new WeakMap();

  /** @param {Series} series @param {typeof epochStarts} find */
  function of(series, find) {
    const key = `${series.version} ${series.revision}`;
    const before = known.get(series);
    if (before?.key === key) return before.found;
    const found = find(series.columns());
    known.set(series, { key, found, find });
    return found;
  }

  return {
    /** Of one run's curves; of several learning rates the first. @param {Curve[]} curves */
    of(curves) {
      const epoch = curves.find(({ series }) => EPOCH.test(series.tag))?.series;
      const rate = curves.find(({ series }) => isRate(series.tag))?.series;
      return [...(epoch ? of(epoch, epochStarts) : []), ...(rate ? of(rate, rateJumps) : [])];
    },
    /** Whether what is shown of a series is no longer what it marks. @param {Series} series */
    moved(series) {
      const before = known.get(series);
      return !!before && JSON.stringify(of(series, before.find)) !== JSON.stringify(before.found);
    },
  };
}
