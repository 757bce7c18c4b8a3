// The colour and dash of a run: the same for its name whatever other runs come, and told apart by colour-blind eyes.

import { readRegex } from "./regex.js";

/** @import { Settings } from "./types.ts" */
/** @typedef {{ color: string, dash: number[] }} Look  dash in CSS pixels, [] for a solid line */

export const BACKGROUNDS = { light: "#ffffff", dark: "#1c1d21" };

/** Place by place the same run in both themes. */
export const PALETTES = {
  light: ["#1f2899", "#e9622e", "#399b95", "#a473ee", "#700048", "#91450d", "#5c6099"],
  dark: ["#2bfdf4", "#d44f13", "#399b95", "#9260da", "#cfef54", "#dfa11a", "#b6aaff"],
};

/** Of runs that a pattern for colours does not match. */
export const NEUTRAL = { light: "#767b85", dark: "#8d929c" };

/** The first seven runs are solid, the next seven dashed, and so on. */
export const DASHES = [[], [8, 4], [2, 3], [10, 3, 2, 3], [14, 6], [6, 2, 2, 2, 2, 2]];

const COLORS = PALETTES.light.length;

/**
 * @param {Settings} settings
 * @param {() => boolean} isDark
 * @param {import("./tried.js").Tried | null} tried
 */
export function createColors(settings, isDark = () => false, tried = null) {
  const runs = createPlaces(settings.get("slots"));
  /** @type {ReturnType<typeof createKeys>} */
  let keys;
  let wish = "";
  rekey();

  /** Places for runs newly seen, remembered for the next page. @param {Iterable<string>} names */
  function assign(names) {
    const before = runs.size;
    for (const name of names) runs.of(name);
    if (runs.size > before) settings.set("slots", runs.all());
  }

  /** @param {string} run or the name of a group @param {string[]} members its runs @returns {Look} */
  function of(run, members = [run]) {
    const theme = isDark() ? "dark" : "light";
    const own = settings.get("colors");
    if (wish !== wishNow()) rekey();
    const place = keys.active ? keyed(run, members) : runs.of(run);
    const look = place === null ? { color: NEUTRAL[theme], dash: [] } : lookOf(place, theme);
    return Object.hasOwn(own, run) ? { ...look, color: own[run] } : look;
  }

  /** What all members have; a group of which they say nothing in common has its own. @param {string} name @param {string[]} members */
  function keyed(name, members) {
    const [place, ...others] = new Set(members.map(keys.of));
    return others.length ? runs.of(name) : place;
  }

  function wishNow() {
    return `${settings.get("colorByTried")}\n${settings.get("colorBy")}`;
  }

  function rekey() {
    wish = wishNow();
    const name = settings.get("colorByTried");
    keys =
      name && tried
        ? createKeys((run) => tried.word(run, name) || null)
        : patternKeys(settings.get("colorBy"));
  }

  return { assign, of };
}

/** @param {number} place @param {"light" | "dark"} theme @returns {Look} */
function lookOf(place, theme) {
  const level = Math.floor(place / COLORS);
  return { color: PALETTES[theme][place % COLORS], dash: DASHES[level % DASHES.length] };
}

/**
 * A name's place is the colour that its letters give; where that is taken, the next that is free. A place once given stays.
 * @param {Record<string, number>} known
 */
function createPlaces(known) {
  const places = new Map(Object.entries(known).filter(([, place]) => Number.isInteger(place) && place >= 0));
  const taken = new Set(places.values());
  let level = 0;

  /** @param {string} name */
  function of(name) {
    const place = places.get(name) ?? free(hash(name) % COLORS);
    places.set(name, place);
    taken.add(place);
    return place;
  }

  /** @param {number} wanted */
  function free(wanted) {
    for (; ; level++) {
      for (let i = 0; i < COLORS; i++) {
        const place = level * COLORS + ((wanted + i) % COLORS);
        if (!taken.has(place)) return place;
      }
    }
  }

  return {
    of,
    all: () => Object.fromEntries(places),
    get size() {
      return places.size;
    },
  };
}

/** Places by a word that runs share; null where a run has none. @param {(run: string) => string | null} wordOf */
function createKeys(wordOf, active = true) {
  const places = createPlaces({});
  return {
    active,
    /** @param {string} run */
    of(run) {
      const word = wordOf(run);
      return word === null ? null : places.of(word);
    },
  };
}

/** Places by what a pattern captures. @param {string} pattern */
function patternKeys(pattern) {
  const regex = readRegex(pattern);
  return createKeys(
    (run) => {
      const groups = regex.groups(run);
      return groups && JSON.stringify(groups);
    },
    pattern !== "" && !regex.error,
  );
}

/** FNV-1a. @param {string} text */
function hash(text) {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
