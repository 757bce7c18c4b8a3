// A page that plays the notebook: a real store, fed with generated frames; the dashboard under test; a log of its frames.

import { createSettings } from "../src/settings.js";
import { createStore } from "../src/store.js";
import { createDashboard } from "../src/ui/dashboard.js";
import { bufferOf, header } from "./frames.js";
import { random } from "./random.js";

/** @typedef {{ run: string, tag: string, points: number, start?: number, total?: number, value?: (i: number) => number, step?: (i: number) => number, wall?: (i: number) => number }} Wanted */

const EPOCH = 1_700_000_000;

export function createHost() {
  const store = createStore();
  const settings = createSettings({ logdir: "test", storage: null });
  /** @type {Map<string, number>} */
  const ids = new Map();
  let seq = 0;
  /** @type {unknown[]} */
  const sent = [];
  const host = {
    store,
    settings,
    sent,
    clock: () => EPOCH + 1000,
    dashboard: /** @type {ReturnType<typeof createDashboard> | null} */ (null),
    /** @param {HTMLElement} el */
    mount(el) {
      host.dashboard = createDashboard({
        el,
        store,
        settings,
        host: { send: (message) => sent.push(message), now: () => host.clock() },
      });
    },
    /** @param {Partial<import("../src/types.ts").Status>} status */
    say: (status) => store.apply(header(seq++, { status }), []),
    /**
     * One frame with all of these. @param {Wanted[]} wanted
     * @returns {[import("../src/types.ts").Header, DataView[]]}
     */
    frame(wanted) {
      /** @type {[number, string, string, string][]} */
      const names = [];
      const buffers = wanted.map((one) => {
        const key = JSON.stringify([one.run, one.tag]);
        const id = ids.get(key) ?? ids.size;
        if (!ids.has(key)) names.push([id, one.run, one.tag, "scalars"]);
        ids.set(key, id);
        return bufferOf({ series: id, ...columnsOf(one) });
      });
      return [header(seq++, { series: names }), buffers];
    },
    /** What runs tried. @param {Record<string, import("../src/types.ts").Hparams>} tried */
    tell(tried) {
      const rows = Object.entries(tried).map(([run, hparams]) => {
        const key = JSON.stringify([run, "_hparams_/session_start_info"]);
        const id = ids.get(key) ?? ids.size;
        ids.set(key, id);
        return [id, run, "_hparams_/session_start_info", "hparams", hparams];
      });
      store.apply(header(seq++, { series: /** @type {any} */ (rows) }), []);
    },
    /** @param {Wanted[]} wanted */
    feed: (wanted) => store.apply(...host.frame(wanted)),
  };
  return host;
}

/** @param {Wanted} wanted */
function columnsOf({ points, start = 0, total, run, tag, value, step, wall }) {
  const noise = random(run + tag);
  const level = 0.4 + noise() * 0.6;
  const make =
    value ?? ((/** @type {number} */ i) => level / (1 + i / 40) + 0.08 + (noise() - 0.5) * 0.12 * level);
  const places = Array.from({ length: points }, (_, i) => start + i);
  return {
    start,
    total,
    value: places.map(make),
    step: places.map(step ?? ((i) => i)),
    wall: places.map(wall ?? ((i) => EPOCH + i * 0.25)),
  };
}

/** How long frames took, for the bench: gaps between them and the work in each. */
export function watchFrames() {
  /** @type {number[]} */
  const gaps = [];
  let last = 0;
  let running = true;
  requestAnimationFrame(function tick(now) {
    if (last) gaps.push(now - last);
    last = now;
    if (running) requestAnimationFrame(tick);
  });
  return {
    stop() {
      running = false;
      return gaps;
    },
  };
}

Object.assign(window, { createHost, watchFrames, random });
