import { expect, test } from "vitest";
import widget from "../src/index.js";
import { bufferOf, header } from "./frames.js";

/** What a saved notebook keeps of a watch that was in this state. @param {import("../src/types.js").State} state */
function saved(state) {
  const { buffer } = bufferOf({ value: [1, 2, 3] });
  const said = header(0, {
    series: /** @type {any} */ ([[0, "run", "loss", "scalars"]]),
    status: /** @type {any} */ ({ state }),
  });
  return JSON.stringify({ header: said, buffer: btoa(String.fromCharCode(...new Uint8Array(buffer))) });
}

/** A page that opens it, and what its model hears. @param {import("../src/types.js").State} state */
function opened(state) {
  /** @type {Map<string, (...all: any[]) => void>} */
  const hears = new Map();
  const traits = {
    _feed: `feed ${state}`,
    _options: { logdir: "runs", initial: {} },
    _snapshot: saved(state),
  };
  const model = {
    get: (/** @type {keyof typeof traits} */ name) => traits[name],
    on: (/** @type {string} */ event, /** @type {() => void} */ call) => hears.set(event, call),
    off: () => {},
    send: () => {},
  };
  const leave = widget().initialize({ model: /** @type {any} */ (model) });
  const { store } = /** @type {any} */ (globalThis)[Symbol.for("tbnb")].get(traits._feed);
  return { store, hear: hears.get("msg:custom"), leave };
}

test("a saved notebook is live once the kernel speaks, and not before", () => {
  const { store, hear, leave } = opened("live");
  expect([store.status.state, store.points]).toEqual(["idle", 3]);
  hear?.(header(1), []);
  expect(store.status.state).toBe("live");
  leave();
});

test("a watch that was stopped is so in the saved notebook", () => {
  const { store, leave } = opened("stopped");
  expect(store.status.state).toBe("stopped");
  leave();
});
