// When cards are drawn: those in view that changed, at most once a frame, and seldom where drawing is dear.

/** @import { CardFrame } from "./types.ts" */

/** A frame's time for drawing, in ms; what is left waits for the next frame. */
const BUDGET = 14;
/** New points wait after a frame this many times what it took: drawing has a third of the time, what the user does and taking in the rest. */
const REST = 2;
/** However long the draws of a frame took, so much is painted of what the frames before were too short for. */
const LEAST = 4;

/**
 * @param {{ before: () => void, after: () => void, now?: () => number }} hooks around the draws of a frame
 */
export function createFrames({ before, after, now = () => performance.now() }) {
  /** @type {Map<CardFrame, boolean>} card ► whether somebody waits for it */
  const dirty = new Map();
  /** Cards whose picture takes more than a frame. @type {Set<CardFrame>} */
  const unfinished = new Set();
  let frame = 0;
  let timer = 0;
  let rested = 0;

  /** @param {CardFrame | null} card @param {boolean} urgent */
  function request(card, urgent) {
    if (card) dirty.set(card, urgent || dirty.get(card) === true);
    if (!card || card.visible) schedule();
  }

  function schedule() {
    frame ||= requestAnimationFrame(run);
  }

  function run() {
    frame = 0;
    before();
    const start = now();
    const waits = start < rested;
    let left = false;
    for (const [card, urgent] of inOrder()) {
      if (now() > start + BUDGET) left = true;
      else if (urgent || !waits) draw(card, urgent);
      else later(rested - start);
    }
    finish(Math.max(start + BUDGET, now() + LEAST));
    if (!waits) rested = now() + (now() - start) * REST;
    after();
    if (left || unfinished.size > 0) schedule();
  }

  /** Who is waited for comes first, then who was drawn longest ago. */
  function inOrder() {
    return [...dirty]
      .filter(([card]) => card.visible)
      .sort(([a, hurry], [b, haste]) => Number(haste) - Number(hurry) || a.drawnAt - b.drawnAt);
  }

  /** @param {CardFrame} card @param {boolean} urgent */
  function draw(card, urgent) {
    dirty.delete(card);
    unfinished.delete(card);
    if (!card.draw(urgent)) unfinished.add(card);
    card.drawnAt = now();
  }

  /** @param {number} until */
  function finish(until) {
    for (const card of unfinished) {
      if (now() > until) return;
      if (!card.visible || card.proceed(until)) unfinished.delete(card);
    }
  }

  /** @param {number} wait */
  function later(wait) {
    clearTimeout(timer);
    timer = window.setTimeout(schedule, wait);
  }

  return {
    request,
    /** Whether no card in view waits for its draw. */
    settled: () => inOrder().length === 0 && unfinished.size === 0,
    /** @param {CardFrame} card */
    forget(card) {
      dirty.delete(card);
      unfinished.delete(card);
    },
    stop() {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
      dirty.clear();
    },
  };
}
