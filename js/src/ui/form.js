// Controls that show a setting and change it, whoever else does.

import { readRegex } from "../regex.js";
import { h } from "./dom.js";

/** @import { SettingKey, Settings, SettingValues } from "../types.ts" */
/** @template V @typedef {{ get: () => V, set: (value: V) => void }} Bound */

let made = 0;

/** @param {Settings} settings */
export function createForm(settings) {
  /** @type {(() => void)[]} */
  const shows = [];
  const stop = settings.subscribe(refresh);

  function refresh() {
    for (const show of shows) show();
  }

  /** @param {() => void} show */
  function keep(show) {
    shows.push(show);
    show();
  }

  /** @template {SettingKey} K @param {K} key @returns {Bound<SettingValues[K]>} */
  function bind(key) {
    return { get: () => settings.get(key), set: (value) => settings.set(key, value) };
  }

  /**
   * One entry of a setting that is a record.
   * @template {"smoothing" | "tooltip" | "groups" | "runsSort"} K @template {keyof SettingValues[K]} P
   * @param {K} key @param {P} part @returns {Bound<SettingValues[K][P]>}
   */
  function bindPart(key, part) {
    return {
      get: () => settings.get(key)[part],
      set: (value) => settings.set(key, { ...settings.get(key), [part]: value }),
    };
  }

  /**
   * @template {string} V
   * @param {string} label @param {[value: V, text: string][]} options @param {Bound<V>} bound
   */
  function choice(label, options, { get, set }) {
    const select = h("select", { onchange: () => set(/** @type {V} */ (select.value)) });
    select.append(...options.map(([value, textContent]) => h("option", { value, textContent })));
    keep(() => {
      select.value = get();
    });
    return field(label, select);
  }

  /** @param {string} label @param {Bound<boolean>} bound */
  function check(label, { get, set }) {
    const box = h("input", { type: "checkbox", onchange: () => set(box.checked) });
    keep(() => {
      box.checked = get();
    });
    return h("label", { className: "tbnb-check" }, box, h("span", { textContent: label }));
  }

  /**
   * A slider, and a box for who wants it exact.
   * @param {string} label @param {{ min: number, max: number, step: number, most?: number, fine?: number }} range
   *   `most` and `fine` are the box's, where they differ
   * @param {Bound<number>} bound
   */
  function amount(label, { min, max, step, most = max, fine = step }, { get, set }) {
    const slider = h("input", { type: "range", min, max, step, oninput: () => set(Number(slider.value)) });
    const box = numberBox({ min, max: most, step: fine }, (value) => {
      set(Math.min(most, Math.max(min, value ?? 0)));
      show();
    });
    box.setAttribute("aria-label", `${label}, as a number`);
    const show = () => {
      slider.value = String(get());
      write(box, String(get()));
    };
    keep(show);
    return h("span", { className: "tbnb-amount" }, field(label, slider), box);
  }

  /** @param {string} label @param {Bound<number | null>} bound null where the box is empty */
  function number(label, { get, set }) {
    const box = numberBox({ step: "any" }, set);
    box.placeholder = "auto";
    keep(() => write(box, get() === null ? "" : String(get())));
    return field(label, box);
  }

  /** A box for a regular expression; what is wrong with it is said beneath. @param {string} label @param {string} hint @param {Bound<string>} bound */
  function pattern(label, hint, { get, set }) {
    const id = `tbnb-wrong-${made++}`;
    const wrong = h("span", { className: "tbnb-wrong", id, role: "status" });
    const box = h("input", { type: "search", placeholder: hint, spellcheck: false, autocomplete: "off" });
    box.setAttribute("aria-label", label);
    box.setAttribute("aria-describedby", id);
    box.addEventListener("input", () => set(box.value));
    keep(() => {
      write(box, get());
      const { error } = readRegex(get());
      if (wrong.textContent !== error) wrong.textContent = error;
      box.setAttribute("aria-invalid", String(error !== ""));
    });
    box.title = label;
    return h("span", { className: "tbnb-pattern" }, box, wrong);
  }

  return { bind, bindPart, choice, check, amount, number, pattern, keep, refresh, destroy: stop };
}

/** @param {Record<string, unknown>} range @param {(value: number | null) => void} set */
function numberBox(range, set) {
  const box = h("input", { type: "number", ...range });
  const take = () => {
    if (box.value === "" && box.validity.badInput) return;
    const value = box.value === "" ? null : Number(box.value);
    if (value === null || Number.isFinite(value)) set(value);
  };
  box.addEventListener("change", take);
  return box;
}

/** Not while somebody types there. @param {HTMLInputElement} box @param {string} text */
function write(box, text) {
  if (box.value !== text && !(box.matches(":focus") && box.type === "search")) box.value = text;
}

/** @param {string} label @param {HTMLElement} control */
function field(label, control) {
  return h("label", { className: "tbnb-field" }, h("span", { textContent: label }), control);
}

/**
 * A choice of one hyperparameter, or none; not there where no run told any.
 * @param {ReturnType<typeof createForm>} form @param {string} label @param {import("../tried.js").Tried} tried
 * @param {Bound<string>} bound
 */
export function triedField(form, label, tried, { get, set }) {
  const select = h("select", { onchange: () => set(select.value) });
  const element = field(label, select);
  let offered = "";
  function offer() {
    const names = tried.names();
    if (names.join("\n") !== offered || !select.options.length)
      select.replaceChildren(
        h("option", { value: "", textContent: "no hyperparameter" }),
        ...names.map((value) => h("option", { value, textContent: value })),
      );
    offered = names.join("\n");
    element.hidden = names.length === 0;
    select.value = names.includes(get()) ? get() : "";
  }
  form.keep(offer);
  return { element, offer };
}

/** @param {string} title @param {(Node | string)[]} children */
export function section(title, ...children) {
  return h("section", { className: "tbnb-section" }, h("h3", { textContent: title }), ...children);
}

/** @param {string} text @param {() => void} onclick */
export function textButton(text, onclick) {
  return h("button", { type: "button", className: "tbnb-button", textContent: text, onclick });
}
