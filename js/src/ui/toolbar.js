// What one reaches for all the time: which tags, how smooth, over what.

import { h } from "./dom.js";
import { createForm } from "./form.js";

/** @import { Context, Panel } from "./layout.js" */
/** @import { XAxis } from "../types.ts" */

/** @type {[XAxis, string][]} */
export const X_AXES = [
  ["step", "Step"],
  ["relstep", "Relative step"],
  ["relative", "Relative time"],
  ["wall", "Wall clock"],
];

/** @param {Context} context @returns {Panel} */
export function createToolbar({ settings }) {
  const form = createForm(settings);
  const tags = form.pattern(
    "Filter charts by tag (regular expression)",
    "Filter tags",
    form.bind("tagsFilter"),
  );
  tags.classList.add("tbnb-tags");
  const element = h(
    "div",
    { className: "tbnb-tools", role: "group", "aria-label": "Charts" },
    tags,
    form.choice("x", X_AXES, form.bind("x")),
    smoothness(form, settings),
  );
  const search = () => tags.querySelector("input")?.focus();
  return { element, update() {}, keys: { "/": search }, destroy: form.destroy };
}

/** @param {ReturnType<typeof createForm>} form @param {Context["settings"]} settings */
export function smoothness(form, settings) {
  const range = { min: 0, max: 0.99, step: 0.01, most: 0.999, fine: 0.001 };
  return form.amount("Smoothing", range, {
    get: () => (settings.get("smoothing").kind === "none" ? 0 : settings.get("smoothing").amount),
    set(amount) {
      const { kind } = settings.get("smoothing");
      settings.set("smoothing", { kind: kind === "none" ? "ema" : kind, amount });
    },
  });
}
