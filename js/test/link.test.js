import { beforeEach, expect, test } from "vitest";
import { createLink } from "../src/link.js";
import { createStore } from "../src/store.js";
import { bufferOf, header } from "./frames.js";

const named = { series: /** @type {any} */ ([[0, "run", "loss", "scalars"]]) };

/** @type {import("../src/types.js").Store} */
let store;
/** @type {any[]} */
let sent;
/** What it said of being seen. @type {boolean[]} */
let looks;
/** @type {ReturnType<typeof createLink>} */
let link;
let now = 0;
let seq = 0;

beforeEach(() => {
  [now, seq, sent, looks, store] = [0, 0, [], [], createStore()];
  const send = (/** @type {any} */ message) =>
    message.type === "look" ? looks.push(message.seen) : sent.push(message);
  link = createLink({ store, send, clock: () => now });
});

/** @param {number} seconds */
function pass(seconds) {
  for (const end = now + 1000 * seconds; now < end; now += 500) link.tick();
}

/** @param {Partial<import("../src/types.js").Header>} more @param {DataView[]} buffers */
function frame(more = {}, ...buffers) {
  const said = header(seq++, more);
  link.hear(said);
  store.apply(said, buffers);
}

test("a page that hears nothing says that it is there, and soon asks no more than it is worth", () => {
  pass(3);
  expect(sent.map(({ type, id, have }) => [type, id, have])).toEqual([["hello", 1, []]]);
  pass(60);
  expect(sent.length).toBe(2);
  pass(3600);
  expect(sent.length).toBeLessThan(12);
});

test("a page that hears all there is asks nothing", () => {
  frame(named, bufferOf({ value: [1, 2, 3] }));
  for (let second = 0; second < 60; second += 5) {
    frame();
    pass(5);
  }
  expect(sent).toEqual([]);
  expect(store.status.state).toBe("idle");
});

test("a page with holes that do not fill asks for what it lacks", () => {
  frame(named, bufferOf({ start: 4, value: [4, 5], total: 8 }));
  pass(4);
  expect(sent).toEqual([{ type: "hello", id: 1, have: [[0, 0, 4, 6]] }]);
});

test("an answer lets it ask again soon, if that brought something", () => {
  frame(named, bufferOf({ value: [0], total: 8 }));
  pass(4);
  frame({ heard: 1 }, bufferOf({ value: [0, 1], total: 8 }));
  pass(6);
  expect(sent.length).toBe(2);
});

test("an answer that brings nothing does not", () => {
  frame(named, bufferOf({ value: [0], total: 8 }));
  for (let second = 0; second < 60; second += 5) {
    frame({ heard: sent.length });
    pass(5);
  }
  expect(sent.length).toBe(2);
});

test("a kernel that falls silent is lost, until it speaks", () => {
  frame({ status: { state: "live" } });
  pass(14);
  expect(store.status.state).toBe("live");
  pass(3);
  expect(store.status.state).toBe("lost");
  frame();
  expect(store.status.state).toBe("live");
});

test("a page without a kernel shows what it has as stopped", () => {
  store.apply(header(0, { ...named, status: { state: "live" } }), [bufferOf({ value: [1] })]);
  pass(17);
  expect(store.status.state).toBe("stopped");
});

test("where nothing can be sent, the kernel is gone", () => {
  link = createLink({
    store,
    clock: () => now,
    send: () => {
      throw new Error("no comm");
    },
  });
  pass(3);
  expect(store.status.state).toBe("stopped");
});

test("a frame that was on its way when the kernel ended leaves it ended; a kernel that goes on is alive again", () => {
  frame(named, bufferOf({ value: [1] }));
  link.end();
  frame();
  pass(7);
  expect(store.status.state).toBe("stopped");
  for (const _ of [1, 2, 3]) {
    pass(5);
    frame();
  }
  expect(store.status.state).toBe("idle");
  pass(16);
  expect(store.status.state).toBe("lost");
});

test("a kernel that speaks is told whether the page can be seen, once for each change", () => {
  link.look(true);
  link.look(false);
  expect(looks).toEqual([]);
  frame();
  frame();
  link.look(false);
  link.look(true);
  link.look(false);
  link.look(true);
  expect(looks).toEqual([false, true, false, true]);
});

test("a kernel that is gone is told nothing of it", () => {
  frame();
  link.end();
  link.look(false);
  expect(looks).toEqual([true]);
});
