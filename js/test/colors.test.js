import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { BACKGROUNDS, createColors, NEUTRAL, PALETTES } from "../src/colors.js";
import { createSettings } from "../src/settings.js";
import { contrast, distance } from "./eyes.js";

/** @param {import("../src/types.ts").SettingValues | {}} [initial] */
const settingsOf = (initial = {}) => createSettings({ initial, storage: null });

test.each(/** @type {const} */ (["light", "dark"]))(
  "each colour stands out from the %s background",
  (theme) => {
    for (const color of [...PALETTES[theme], NEUTRAL[theme]])
      expect(contrast(color, BACKGROUNDS[theme])).toBeGreaterThan(3);
  },
);

test.each(/** @type {const} */ (["light", "dark"]))(
  "words stand out from all that they stand on in the %s theme",
  (theme) => {
    const vars = variablesOf(theme);
    const grounds = ["--tbnb-back", "--tbnb-card-back", "--tbnb-hover"].map((name) => vars[name]);
    for (const ground of [...grounds, vars["--tbnb-field"]])
      for (const ink of ["--tbnb-ink", "--tbnb-faint", "--tbnb-warn", "--tbnb-accent"])
        expect(contrast(vars[ink], ground), `${ink} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    for (const sign of ["--tbnb-live", "--tbnb-edge"])
      expect(contrast(vars[sign], vars["--tbnb-back"]), sign).toBeGreaterThanOrEqual(3);
  },
);

test.each(/** @type {const} */ (["light", "dark"]))(
  "curves stand out from what the %s stylesheet puts them on, on screen and on paper",
  (theme) => {
    const vars = variablesOf(theme);
    expect(BACKGROUNDS[theme]).toBe(vars["--tbnb-card-back"]);
    for (const color of [...PALETTES[theme], NEUTRAL[theme]])
      for (const ground of [vars["--tbnb-back"], vars["--tbnb-card-back"]])
        expect(contrast(color, ground), `${color} on ${ground}`).toBeGreaterThanOrEqual(3);
  },
);

/** The stylesheets' own colours. @param {"light" | "dark"} theme @returns {Record<string, string>} */
function variablesOf(theme) {
  const sheets = ["styles.css", "styles/panels.css"].map((name) =>
    readFileSync(new URL(`../src/${name}`, import.meta.url), "utf8"),
  );
  const rules = sheets.flatMap((sheet) => [
    ...sheet.matchAll(/^\.tbnb(\[data-theme="dark"\])? \{([^}]*)\}/gm),
  ]);
  const wanted = rules.filter(([, dark]) => !dark || theme === "dark");
  const pairs = wanted.flatMap(([, , body]) => [...body.matchAll(/(--[\w-]+): (#[0-9a-f]{6});/g)]);
  return Object.fromEntries(pairs.map(([, name, color]) => [name, color]));
}

test.each(/** @type {const} */ (["light", "dark"]))(
  "colour-blind eyes tell the %s colours apart",
  (theme) => {
    const colors = PALETTES[theme];
    for (const sight of /** @type {const} */ (["normal", "protan", "deutan", "tritan"]))
      for (let i = 0; i < colors.length; i++)
        for (let j = 0; j < i; j++) expect(distance(colors[i], colors[j], sight)).toBeGreaterThan(0.1);
  },
);

test("seven runs are seven solid colours, and forty-two are told apart by dashes", () => {
  const colors = createColors(settingsOf());
  const looks = Array.from({ length: 42 }, (_, i) => colors.of(`run-${i}`));
  const first = looks.slice(0, 7);
  expect(new Set(first.map((look) => look.color)).size).toBe(7);
  expect(first.every((look) => look.dash.length === 0)).toBe(true);
  expect(new Set(looks.map((look) => JSON.stringify(look))).size).toBe(42);
});

test("a run keeps its colour whatever runs come later, and on the next page whatever order they come in", () => {
  const settings = settingsOf();
  const colors = createColors(settings);
  colors.assign(["a", "b"]);
  const before = colors.of("a");
  colors.assign(Array.from({ length: 50 }, (_, i) => `x${i}`));
  expect(colors.of("a")).toEqual(before);
  const next = createColors(settingsOf({ slots: settings.get("slots") }));
  next.assign(["x7", "zz", "b", "a"]);
  expect(next.of("a")).toEqual(before);
});

test("a run alone has the same colour in any page", () => {
  expect(createColors(settingsOf()).of("lr=0.1")).toEqual(createColors(settingsOf()).of("lr=0.1"));
});

test("runs whose captured groups agree share a colour; the others are neutral", () => {
  const colors = createColors(settingsOf({ colorBy: "lr=([\\d.]+)" }));
  expect(colors.of("lr=0.1/seed1")).toEqual(colors.of("lr=0.1/seed2"));
  expect(colors.of("lr=0.1/seed1")).not.toEqual(colors.of("lr=0.2/seed1"));
  expect(colors.of("baseline").color).toBe(NEUTRAL.light);
});

test("a group has the colour that its runs share, else one of its own", () => {
  const colors = createColors(settingsOf({ colorBy: "lr=([\\d.]+)" }));
  const [small, large] = ["lr=0.1", "lr=0.2"].map((lr) => [`${lr}/seed1`, `${lr}/seed2`]);
  expect(colors.of("small", small)).toEqual(colors.of(small[0]));
  expect(colors.of("large", large)).toEqual(colors.of(large[1]));
  expect(colors.of("seed1", [small[0], large[0]])).not.toEqual(colors.of("seed2", [small[1], large[1]]));
  expect(colors.of("others", ["baseline"]).color).toBe(NEUTRAL.light);
});

test("a pattern that can't be read leaves the runs their own colours", () => {
  const settings = settingsOf();
  const colors = createColors(settings);
  const before = colors.of("a");
  settings.set("colorBy", "(");
  expect(colors.of("a")).toEqual(before);
});

test("a colour that the user picked stands, in both themes", () => {
  const colors = createColors(settingsOf({ colors: { a: "#123456" } }), () => true);
  expect(colors.of("a").color).toBe("#123456");
});

test("a run may be called __proto__", () => {
  const settings = settingsOf();
  const colors = createColors(settings);
  colors.assign(["__proto__", "constructor"]);
  expect(colors.of("__proto__")).not.toEqual(colors.of("constructor"));
  expect(Object.keys(settings.get("slots"))).toEqual(["__proto__", "constructor"]);
});
