// What stands where there is nothing to draw: why, and what to do about it.

import { readRegex } from "../regex.js";
import { h } from "./dom.js";
import { textButton } from "./form.js";

/** @import { Settings, SettingValues, Store } from "../types.ts" */
/** @import { Context, Panel } from "./layout.js" */
/** @typedef {{ title: string, hint: string, undo?: [label: string, patch: Partial<SettingValues>] }} Words */

/** @param {Context} context @returns {Panel} */
export function createEmpty({ store, settings }) {
  const element = h("div", { className: "tbnb-empty", role: "status", hidden: true });
  let said = "";
  const stop = settings.subscribe(show);
  show();

  function show() {
    const words = wordsFor(store, settings);
    const now = JSON.stringify(words);
    if (now === said) return;
    said = now;
    element.hidden = !words;
    element.replaceChildren(...(words ? partsOf(words, settings) : []));
  }

  return { element, update: show, destroy: stop };
}

/** @param {Words} words @param {Settings} settings */
function partsOf({ title, hint, undo }, settings) {
  const parts = [h("strong", { textContent: title }), h("span", { textContent: hint })];
  return undo ? [...parts, textButton(undo[0], () => settings.update(undo[1]))] : parts;
}

/** @param {Store} store @param {Settings} settings @returns {Words | null} */
export function wordsFor(store, settings) {
  const { status } = store;
  const { known, total } = store.holding();
  if (total === 0) return waiting(status, status.logdir || settings.logdir);
  if (known === 0 && store.points === 0)
    return { title: "Loading", hint: `${total.toLocaleString("en-US")} points are on their way.` };
  return filteredTags(store, settings) ?? hiddenRuns(store, settings) ?? apart(store, settings);
}

/** @param {Store["status"]} status @param {string} logdir @returns {Words} */
function waiting({ state, problems }, logdir) {
  if (problems.length > 0)
    return { title: `Nothing can be read in ${logdir} yet`, hint: problems[problems.length - 1] };
  if (state === "stopped" || state === "lost")
    return {
      title: `No points came from ${logdir}`,
      hint: "Nobody follows the files any more. Run the cell again to go on.",
    };
  return {
    title: "Waiting for the first point",
    hint: `Whatever writes TensorBoard event files into ${logdir} shows up here by itself. Nothing comes? %tbdoctor says why.`,
  };
}

/** @param {Store} store @param {Settings} settings @returns {Words | null} */
function filteredTags(store, settings) {
  const filter = settings.get("tagsFilter");
  const regex = readRegex(filter);
  if (!filter || store.tags().some((tag) => regex.matches(tag))) return null;
  return {
    title: "No tag matches the filter",
    hint: `None of the ${store.tags().length} tags matches “${filter}”.`,
    undo: ["Clear the filter", { tagsFilter: "" }],
  };
}

/** @param {Store} store @param {Settings} settings @returns {Words | null} */
function hiddenRuns(store, settings) {
  const filter = settings.get("runsFilter");
  const regex = readRegex(filter);
  const hidden = new Set(settings.get("hidden"));
  const matching = store.runs().filter((run) => regex.matches(run));
  if (matching.some((run) => !hidden.has(run))) return null;
  if (matching.length === 0)
    return {
      title: "No run matches the filter",
      hint: `None of the ${store.runs().length} runs matches “${filter}”.`,
      undo: ["Clear the filter", { runsFilter: "" }],
    };
  return {
    title: "All runs are hidden",
    hint: "The charts are empty until one is shown.",
    undo: ["Show all", { hidden: [] }],
  };
}

/** Charts and runs are left, but no run of these has a curve on those. @param {Store} store @param {Settings} settings @returns {Words | null} */
function apart(store, settings) {
  if (!settings.get("hideEmpty")) return null;
  const hidden = new Set(settings.get("hidden"));
  const isRun = readRegex(settings.get("runsFilter"));
  const isTag = readRegex(settings.get("tagsFilter"));
  const runs = new Set(store.runs().filter((run) => !hidden.has(run) && isRun.matches(run)));
  const tags = new Set(store.tags().filter((tag) => isTag.matches(tag)));
  for (const { run, tag, kind } of store.series.values())
    if (kind === "scalars" && runs.has(run) && tags.has(tag)) return null;
  return {
    title: "No chart has a curve",
    hint: "None of the runs that are shown has a tag that is shown.",
    undo: ["Show all", { tagsFilter: "", runsFilter: "", hidden: [] }],
  };
}
