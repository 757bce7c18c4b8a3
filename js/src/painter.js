// A card's picture: painted a slice at a time where it takes long; meanwhile the last one stands where its values now belong.

import { curves, paintDots, planOf } from "./paint.js";
import { createRaster } from "./raster.js";

/** @import { Frame } from "./chart.js" */
/** @import { Plan, Scene } from "./paint.js" */
/** @import { Raster } from "./raster.js" */
/** @typedef {ReturnType<typeof createPainter>} Painter */

/** What a card may paint at once, in ms: a picture that takes longer is finished in the next frames. */
const SLICE = 6;

/** For all cards whose pictures are done at once; another keeps its own. @type {Raster | null} */
let spare = null;

export function createPainter(now = () => performance.now()) {
  /** @type {Raster | null} */
  let raster = null;
  /** What is to be seen. @type {Plan | null} */
  let wanted = null;
  /** What is being painted. @type {{ plan: Plan, steps: Iterator<void> } | null} */
  let work = null;
  /** What was painted to its end. @type {Plan | null} */
  let whole = null;
  /** What the raster's canvas shows. @type {Plan | null} */
  let picture = null;

  /**
   * @param {CanvasRenderingContext2D} ctx @param {Frame} frame @param {Scene} scene
   * @param {boolean} keep the last picture stands until the next is whole; else as much of that as there is
   */
  function paint(ctx, frame, scene, keep) {
    if (!wanted || !isSame(wanted, frame, scene)) wanted = planOf(frame, scene);
    if (!keep && work?.plan !== wanted) work = null;
    const isFirst = !raster;
    const soon = now() + SLICE;
    const isDone = proceed(keep && !picture ? Number.POSITIVE_INFINITY : soon);
    if (!isDone && !(keep && picture)) show();
    put(ctx, frame);
    if (isDone && isFirst && now() < soon) lend();
  }

  /** Paints on; whether what is to be seen is there. @param {number} until */
  function proceed(until) {
    while (wanted !== whole && wanted) {
      work ??= begin(wanted);
      while (!work.steps.next().done) if (now() > until) return false;
      show();
      whole = work.plan;
      work = null;
    }
    return true;
  }

  /** @param {Plan} plan */
  function begin(plan) {
    raster ??= spare ?? createRaster();
    spare = null;
    return { plan, steps: curves(raster, plan) };
  }

  function show() {
    if (!work) return;
    raster?.show();
    picture = work.plan;
  }

  /** @param {CanvasRenderingContext2D} ctx @param {Frame} frame */
  function put(ctx, frame) {
    if (!picture || !raster) return;
    const box = boxOf(picture, frame);
    ctx.save();
    ctx.beginPath();
    ctx.rect(frame.left, frame.top, frame.width, frame.height);
    ctx.clip();
    ctx.globalAlpha = 1;
    if (box.width > 0 && box.height > 0)
      ctx.drawImage(raster.canvas, box.left, box.top, box.width, box.height);
    ctx.restore();
    paintDots(ctx, frame, picture, box);
  }

  function lend() {
    spare = raster;
    release();
  }

  function release() {
    raster = wanted = work = whole = picture = null;
  }

  return { paint, proceed, release, isDone: () => wanted === whole };
}

/** @param {Plan} plan @param {Frame} frame @param {Scene} scene */
function isSame(plan, frame, scene) {
  const { frame: was } = plan;
  const keys = /** @type {const} */ (["left", "top", "width", "height", "ratio", "x", "y", "second"]);
  return plan.scene.strokes === scene.strokes && keys.every((key) => was[key] === frame[key]);
}

/** Where a picture's values are in a frame, in pixels of the canvas. @param {Plan} plan @param {Frame} frame */
function boxOf({ frame: was, grain, width, height }, frame) {
  const [left, right] = [frame.toX(was.x.low), frame.toX(was.x.high)].map(fine);
  const [top, bottom] = [frame.toY(was.y.high), frame.toY(was.y.low)].map(fine);
  return {
    left,
    top,
    width: (right - left) * ((width * grain.x) / was.width),
    height: (bottom - top) * ((height * grain.y) / was.height),
  };
}

/** Without the last digits: where nothing moved, no pixel is to be mixed of two. @param {number} pixels */
function fine(pixels) {
  return Math.round(pixels * 1000) / 1000;
}
