// Runs coloured by what a pattern captures, and at once what comes of it.

import { readRegex } from "../regex.js";
import { h } from "./dom.js";
import { textButton, triedField } from "./form.js";

/** @import { Context } from "./layout.js" */

/** Groups that are told by name. */
const TOLD = 8;

/**
 * @param {ReturnType<typeof import("./form.js").createForm>} form @param {Context["settings"]} settings
 * @param {Context["colors"]} colors @param {() => string[]} runs @param {Context["tried"]} tried
 */
export function createPalette(form, settings, colors, runs, tried) {
  const said = h("p", { className: "tbnb-palette", role: "status" });
  const unpick = textButton("Forget picked colours", () => settings.set("colors", {}));
  const box = form.pattern(
    "Colour runs by what this captures (regular expression)",
    "Colour by, e.g. lr=(\\S+)",
    {
      get: () => settings.get("colorBy"),
      set: (colorBy) => settings.update({ colorBy, colorByTried: "" }),
    },
  );
  const names = triedField(form, "Colour by", tried, form.bind("colorByTried"));

  function show() {
    unpick.hidden = Object.keys(settings.get("colors")).length === 0;
    names.offer();
    const name = settings.get("colorByTried");
    const pattern = settings.get("colorBy");
    const regex = readRegex(pattern);
    said.hidden = !name && (!pattern || regex.error !== "");
    if (!said.hidden) tell(capturedBy(runs(), name ? wordsBy(name) : regex.groups));
  }

  /** @param {string} name @returns {(run: string) => string[] | null} */
  function wordsBy(name) {
    return (run) => (tried.word(run, name) ? [tried.word(run, name)] : null);
  }

  /** @param {ReturnType<typeof capturedBy>} captured */
  function tell({ groups, rest }) {
    const chips = [...groups].slice(0, TOLD).map(([name, { run, count }]) => chip(name, run, count));
    const words = [];
    if (groups.size > TOLD) words.push(`and ${groups.size - TOLD} more`);
    if (rest > 0) words.push(`${rest} not matched`);
    said.replaceChildren(...chips, ...words.map((textContent) => h("span", { textContent })));
  }

  /** @param {string} name @param {string} run one of its runs @param {number} count */
  function chip(name, run, count) {
    const swatch = h("i", { className: "tbnb-swatch" });
    swatch.style.color = colors.of(run).color;
    const text = name || "(empty)";
    return h(
      "span",
      { title: text },
      swatch,
      h("b", { textContent: text }),
      h("small", { textContent: ` ${count}` }),
    );
  }

  return { element: h("div", { className: "tbnb-section" }, box, names.element, said, unpick), show };
}

/** @param {string[]} runs @param {(run: string) => string[] | null} groupsOf */
export function capturedBy(runs, groupsOf) {
  /** @type {Map<string, { run: string, count: number }>} */
  const groups = new Map();
  let rest = 0;
  for (const run of runs) {
    const name = groupsOf(run)?.join(" · ");
    const group = name === undefined ? undefined : groups.get(name);
    if (name === undefined) rest++;
    else if (group) group.count++;
    else groups.set(name, { run, count: 1 });
  }
  return { groups, rest };
}
