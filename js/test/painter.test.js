// Pictures that take longer than a frame: the same in the end, and never a blank meanwhile.

import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createPyramid } from "../src/buckets.js";
import { edgesOf } from "../src/chart.js";
import { createPainter } from "../src/painter.js";

/** @import { Frame } from "../src/chart.js" */
/** @import { Scene } from "../src/paint.js" */

beforeAll(() => {
  vi.stubGlobal("document", { createElement: () => canvas() });
  vi.stubGlobal(
    "ImageData",
    class {
      /** @param {number} width @param {number} height */
      constructor(width, height) {
        this.data = new Uint8ClampedArray(4 * width * height);
      }
    },
  );
});
afterAll(() => vi.unstubAllGlobals());

function canvas() {
  const self = { width: 0, height: 0, shown: /** @type {number[]} */ ([]), getContext: () => context };
  const context = {
    fillStyle: "",
    /** @param {ImageData} image */
    putImageData(image) {
      self.shown = [...image.data];
    },
  };
  return self;
}

function target() {
  const drawn = /** @type {any[][]} */ ([]);
  const nothing = () => {};
  const ctx = { save: nothing, restore: nothing, beginPath: nothing, rect: nothing, clip: nothing };
  return {
    drawn,
    ctx: /** @type {any} */ ({ ...ctx, drawImage: (/** @type {any[]} */ ...a) => drawn.push(a) }),
  };
}

/** A plotting area of 100 by 50 pixels. @param {number} low @returns {Frame} */
function frame(low = 0) {
  const x = { low, high: low + 100 };
  const y = { low: 0, high: 1 };
  const toY = (/** @type {number} */ value) => 60 - value * 50;
  const place = { left: 20, top: 10, width: 100, height: 50, ratio: 1, x, y, second: y };
  const edges = (/** @type {number} */ columns) => edgesOf(x, false, columns);
  return { ...place, toX: (value) => 20 + value - low, toY, toSecond: toY, edges };
}

/** @param {number} curves @returns {Scene} */
function scene(curves) {
  const strokes = Array.from({ length: curves }, (_, n) => {
    const x = Float64Array.from({ length: 101 }, (_, i) => i);
    const y = x.map((i) => ((i * (n + 1)) % 17) / 17);
    const pyramid = createPyramid();
    pyramid.extend(y, y.length, 0);
    const line = { x, offset: 0, y, length: y.length, sorted: true, pyramid };
    const color = n % 2 ? "#c02040" : "#2040c0";
    return { line, color, width: 1, alpha: 0.5, dash: [], second: false };
  });
  return { strokes, bands: [], marks: [], odd: [], ink: "", font: "" };
}

/** A clock on which a slice is over after a curve or two. */
function hasty() {
  let time = 0;
  return () => {
    time += 5;
    return time;
  };
}

/** @param {any[][]} drawn */
const last = (drawn) => drawn[drawn.length - 1];

test.each([8, 200])("%i curves painted over many frames are the picture that is painted at once", (count) => {
  const [slow, fast] = [target(), target()];
  const [at, what] = [frame(), scene(count)];
  const painter = createPainter(hasty());
  painter.paint(slow.ctx, at, what, false);
  let frames = 0;
  while (!painter.proceed(0)) frames++;
  painter.paint(slow.ctx, at, what, false);
  createPainter(() => 0).paint(fast.ctx, at, what, false);
  expect(frames).toBeGreaterThan(3);
  expect(last(slow.drawn)[0].shown).toEqual(last(fast.drawn)[0].shown);
  expect(last(slow.drawn).slice(1)).toEqual([20, 10, 100, 50]);
});

test("what is there after the first slice is shown, where there is nothing else", () => {
  const { ctx, drawn } = target();
  const painter = createPainter(hasty());
  painter.paint(ctx, frame(), scene(50), false);
  expect(painter.isDone()).toBe(false);
  const shown = last(drawn)[0].shown;
  while (!painter.proceed(0));
  expect(shown.some(Boolean)).toBe(true);
  expect(last(drawn)[0].shown).not.toEqual(shown);
});

test("while one pans, the last whole picture moves along until the next one is whole", () => {
  const { ctx, drawn } = target();
  const painter = createPainter(hasty());
  const what = scene(50);
  painter.paint(ctx, frame(), what, false);
  while (!painter.proceed(0));
  const before = last(drawn)[0].shown;
  for (const low of [3, 7]) {
    painter.paint(ctx, frame(low), { ...what }, true);
    expect(last(drawn).slice(1)).toEqual([20 - low, 10, 100, 50]);
    expect(last(drawn)[0].shown).toEqual(before);
  }
  const [at, end] = [frame(7), { ...what }];
  painter.paint(ctx, at, end, true);
  while (!painter.proceed(0));
  painter.paint(ctx, at, end, true);
  expect(last(drawn).slice(1)).toEqual([20, 10, 100, 50]);
  expect(last(drawn)[0].shown).not.toEqual(before);
});

test("a picture with nothing to stand in for it is painted to its end, and stands in for the next", () => {
  const { ctx, drawn } = target();
  const painter = createPainter(hasty());
  const what = scene(50);
  painter.paint(ctx, frame(), what, true);
  expect(painter.isDone()).toBe(true);
  painter.paint(ctx, frame(4), what, true);
  expect(painter.isDone()).toBe(false);
  expect(last(drawn).slice(1)).toEqual([16, 10, 100, 50]);
});
