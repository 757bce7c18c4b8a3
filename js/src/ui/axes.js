// How axes run: of all charts, or of one alone.

import { h } from "./dom.js";
import { section, textButton } from "./form.js";
import { openPopup } from "./popup.js";

/** @import { Axes, Settings, SettingValues } from "../types.ts" */
/** @typedef {ReturnType<typeof import("./form.js").createForm>} Form */

/** @type {[SettingValues["y"], string][]} */
const SCALES = [
  ["linear", "Linear"],
  ["log", "Logarithmic"],
  ["symlog", "Symmetric log"],
];
/** Of all charts, or of a tag's alone. @param {Form} form @param {Settings} settings @param {string | null} tag */
export function axesFields(form, settings, tag) {
  /** @template {keyof Axes} K @param {K} key */
  const bind = (key) => ({
    get: () => (tag === null ? settings.get(key) : settings.forTag(tag, key)),
    set: (/** @type {SettingValues[K]} */ value) =>
      tag === null ? settings.set(key, value) : settings.setForTag(tag, { [key]: value }),
  });
  const limits = bind("ylimits");
  const limit = (/** @type {0 | 1} */ end) => ({
    get: () => limits.get()?.[end] ?? null,
    set(/** @type {number | null} */ value) {
      const both = /** @type {[number | null, number | null]} */ ([...(limits.get() ?? [null, null])]);
      both[end] = value;
      if (both.some((one) => one !== null)) limits.set(both);
      // Free of the limits of all charts, or again as these are.
      else if (tag === null || settings.get("ylimits")) limits.set(null);
      else settings.setForTag(tag, { ylimits: undefined });
    },
  });
  return [
    form.choice("y", SCALES, bind("y")),
    h(
      "div",
      { className: "tbnb-limits", role: "group", "aria-label": "Limits of y" },
      form.number("y from", limit(0)),
      form.number("to", limit(1)),
    ),
    form.check("y from zero", bind("yzero")),
    form.check("x logarithmic", bind("xlog")),
  ];
}

/** Beside a card's button. @param {HTMLElement} root @param {Settings} settings @param {HTMLElement} button @param {string} tag */
export function openAxes(root, settings, button, tag) {
  openPopup(root, settings, button, `Axes of ${tag}`, (form) =>
    section(
      "Axes of this chart",
      ...axesFields(form, settings, tag),
      textButton("As all charts", () => settings.setForTag(tag, null)),
    ),
  );
}
