// How things stand, in words: short ones for the status line, sentences for who asks why.

import { duration, number, step } from "../format.js";

/** @import { State, Status } from "../types.ts" */
/**
 * @typedef {{
 *   step: number, age: number, lag: number, pace: number, points: number, known: number, total: number,
 * }} Measured  of the newest point: its step, its age and how late it was, in seconds; NaN for what isn't known
 */

/** @type {Record<State, [word: string, sentence: string]>} */
const STATES = {
  live: ["Live", ""],
  idle: ["Idle", ""],
  stopped: [
    "Stopped",
    "Nobody follows the files any more: run the cell again to go on. All that is here can be used.",
  ],
  lost: [
    "Lost",
    "The kernel has been silent for a while. What is here can be used; it goes on by itself when the kernel speaks again.",
  ],
};

/** More seconds than this between a value and the screen are worth a word. */
const LATE = 3;
/** More than this is no lag: those are points of long ago. */
const OLD = 600;

/** @param {State} state */
export function stateWord(state) {
  return STATES[state][0];
}

/** What the status line tells, in order. @param {State} state @param {Measured} measured */
export function factsOf(state, { step: at, age, lag, pace, points }) {
  const live = state === "live";
  return {
    pace: live && pace > 0 ? `${pace < 1000 ? number(pace, 3) : step(Math.round(pace))} steps/s` : "",
    newest: Number.isNaN(at) ? "" : `step ${step(at)}, ${ago(age)}`,
    lag: live && lag < OLD ? `lag ${short(Math.max(0, lag))}` : "",
    points: points > 0 ? `${points.toLocaleString("en-US")} ${points === 1 ? "point" : "points"}` : "",
  };
}

/** What is wrong or good to know, the weightiest first. @param {Status} status @param {Measured} measured */
export function sentencesOf(status, measured) {
  const state = STATES[status.state][1];
  const wrong = [...(lateness(status.state, measured) ?? []), ...status.problems];
  return { wrong, told: [...(state ? [state] : []), ...status.notes, ...holding(measured)] };
}

/** @param {State} state @param {Measured} measured @returns {string[] | null} */
function lateness(state, { lag }) {
  if (state !== "live" || !(lag > LATE && lag < OLD)) return null;
  return [
    `Points come ${short(lag)} after they were logged: the program that writes them holds them back, or the disk is slow. ` +
      "In this kernel autoflush sees to it; start other programs with “tbnb run”, or lower their flush_secs.",
  ];
}

/** @param {Measured} measured */
function holding({ known, total }) {
  if (known >= total) return [];
  const [held, all] = [known, total].map((count) => count.toLocaleString("en-US"));
  return [`This page holds ${held} of ${all} points exactly so far, and the extremes of all others.`];
}

/** @param {number} seconds */
function ago(seconds) {
  if (!(seconds >= 1)) return "just now";
  return seconds < 60 ? `${Math.floor(seconds)} s ago` : `${duration(Math.floor(seconds))} ago`;
}

/** @param {number} seconds */
function short(seconds) {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  return seconds < 60 ? `${number(seconds, 2)} s` : duration(seconds);
}
