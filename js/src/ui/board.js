// What all cards share: the curves and which of them are seen, the pointer, the settings, the theme.

import { columnOf } from "../curve.js";
import { createDetail } from "../detail.js";
import { createLandmarks } from "../landmarks.js";
import { createCatalog } from "./catalog.js";
import { createPointer } from "./pointer.js";
import { createShowing } from "./showing.js";

/** @import { Settings, Store } from "../types.ts" */
/** @import { Board, Drawing } from "./types.ts" */
/** @import { ThemeColors } from "./theme.js" */

/**
 * @param {{
 *   root: HTMLElement, store: Store, settings: Settings, name: string, theme: () => ThemeColors, dressed: Board["dressed"],
 *   colors: { of: (run: string, members?: string[]) => { color: string, dash: number[] } }, tried: import("../tried.js").Tried,
 *   redraw: (card: Drawing) => void, frame: () => void, inView: () => Iterable<Drawing>, all: () => Iterable<Drawing>, send: (message: unknown) => void,
 * }} parts
 * @returns {Board}
 */
export function createBoard(parts) {
  const { root, store, settings, tried, name, theme, colors, redraw, all, send } = parts;
  const catalog = createCatalog(store, settings);
  const landmarks = createLandmarks();
  const exact = createDetail(send);
  let age = 0;
  /** Where all cards are zoomed. @type {import("../chart.js").Extent | null} */
  let linked = null;
  const ageing = () => {
    age++;
  };
  const stops = [store.on(ageing), settings.subscribe(ageing), exact.stop];

  return {
    root,
    store,
    settings,
    tried,
    name,
    theme,
    dressed: parts.dressed,
    redraw,
    ...catalog,
    ...createPointer(parts),
    shown: createShowing(settings, colors, tried, catalog),
    age: () => age,
    gather() {
      ageing();
      return catalog.gather();
    },
    landmarks: (run) => landmarks.of(catalog.curvesOfRun(run)),
    remarks: landmarks.moved,
    detail(shown, x) {
      const by = columnOf(settings.get("x"));
      for (const { curve, line } of shown)
        exact.want(curve.series, by, x && { low: x.low + line.offset, high: x.high + line.offset });
    },
    linked: () => (settings.get("linkZoom") ? linked : null),
    linkZoom(x, from) {
      linked = x;
      for (const card of all()) if (card !== from) card.zoomTo(x);
    },
    stop() {
      for (const stop of stops) stop();
    },
  };
}
