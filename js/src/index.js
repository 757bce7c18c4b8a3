// The widget's entry: what anywidget calls, once per model and once per view.

import { createLink } from "./link.js";
import { keepOutputs } from "./outputs.js";
import { hidePosters } from "./posters.js";
import { createSettings } from "./settings.js";
import { createStore } from "./store.js";
import { createDashboard } from "./ui/dashboard.js";

/** @import { Bytes, Header, Settings, Store } from "./types.ts" */

/**
 * What we use of anywidget's model.
 * @typedef {{
 *   get: (name: string) => any, on: (event: string, call: (...all: any[]) => void) => void,
 *   off: (event: string, call: (...all: any[]) => void) => void, send: (message: unknown) => void,
 * }} Model
 * @typedef {{ store: Store, settings: Settings, link: ReturnType<typeof createLink>, users: number }} Feed
 */

/** The feeds of this page, whichever model brings them: each widget's module is evaluated by itself.
 * @returns {Map<string, Feed>} */
const feeds = () => {
  const shared = /** @type {any} */ (globalThis);
  const key = Symbol.for("tbnb");
  shared[key] ??= new Map();
  return shared[key];
};

/** @param {Model} model @returns {Feed} */
function feedOf(model) {
  const id = model.get("_feed");
  const known = feeds().get(id);
  if (known) return known;
  const store = createStore();
  const { logdir, initial } = model.get("_options");
  const link = createLink({ store, send: (message) => model.send(message) });
  const feed = { store, settings: createSettings({ logdir, initial }), link, users: 0 };
  feeds().set(id, feed);
  return feed;
}

/** @param {Store} store @param {string} snapshot */
function restore(store, snapshot) {
  if (!snapshot) return;
  const { header, buffer } = JSON.parse(snapshot);
  store.apply(header, [Uint8Array.from(atob(buffer), (letter) => letter.charCodeAt(0))]);
}

export default () => ({
  /** Subscribes and returns: messages that come later are lost where this takes long. @param {{ model: Model }} _ */
  initialize({ model }) {
    const feed = feedOf(model);
    feed.users++;
    const hear = (/** @type {Header} */ header, /** @type {Bytes[]} */ buffers) => {
      if (header.tbnb === undefined) return;
      feed.link.hear(header);
      feed.store.apply(header, buffers);
    };
    const choose = () => feed.settings.begin(model.get("_options").initial);
    const remember = () => restore(feed.store, model.get("_snapshot"));
    const end = () => feed.link.end();
    model.on("msg:custom", hear);
    model.on("change:_options", choose);
    model.on("change:_snapshot", remember);
    model.on("comm_live_update", end);
    remember();
    // What was saved was live then; now that is for the kernel to say.
    if (feed.users === 1 && feed.store.status.state === "live") feed.store.setState("idle");
    return () => {
      model.off("msg:custom", hear);
      model.off("change:_options", choose);
      model.off("change:_snapshot", remember);
      model.off("comm_live_update", end);
      if (--feed.users === 0) feeds().delete(model.get("_feed"));
    };
  },

  /** @param {{ model: Model, el: HTMLElement }} context */
  render({ model, el }) {
    const { store, settings, link } = feedOf(model);
    const { height, logdir } = model.get("_options");
    if (height) el.style.setProperty("--tbnb-height", `${height}px`);
    keepOutputs();
    link.attend();
    const look = () => link.look(document.visibilityState === "visible");
    const leave = () => link.look(false);
    look();
    document.addEventListener("visibilitychange", look);
    window.addEventListener("pagehide", leave);
    const timer = setInterval(link.tick, link.TICK);
    const showPosters = hidePosters(model.get("_feed"));
    const host = {
      send: (/** @type {unknown} */ message) => model.send(message),
      now: link.now,
      exportName: logdir.split(/[\\/]/).at(-1) || "tbnb",
    };
    const dashboard = createDashboard({ el, store, settings, host });
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", look);
      window.removeEventListener("pagehide", leave);
      dashboard.destroy();
      showPosters();
    };
  },
});
