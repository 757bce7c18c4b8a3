// What each run tried: its own hyperparameters, or those of the runs that are its relatives.

/** @import { Hparams, Store } from "./types.ts" */
/** @typedef {ReturnType<typeof createTried>} Tried */

/** @param {Pick<Store, "tried">} store */
export function createTried(store) {
  /** @type {Map<string, Hparams>} */
  let known = new Map();
  /** @type {string[] | null} */
  let named = null;
  let from = store.tried;

  /** Nothing that was worked out holds where more is told. */
  function look() {
    if (from === store.tried) return;
    from = store.tried;
    known = new Map();
    named = null;
  }

  /** @param {string} run @returns {Hparams} */
  function of(run) {
    look();
    const hparams = known.get(run) ?? hparamsOf(run, from);
    known.set(run, hparams);
    return hparams;
  }

  /** Those of which runs have several values come first: they are what one groups and colours by. */
  function names() {
    look();
    named ??= namesOf(from);
    return named;
  }

  /** As a word; "" where the run has none of that name. @param {string} run @param {string} name */
  const word = (run, name) => wordOf(of(run), name);

  return { of, names, word };
}

/** @param {Map<string, Hparams>} tried */
function namesOf(tried) {
  /** @type {Map<string, Set<unknown>>} */
  const values = new Map();
  for (const hparams of tried.values())
    for (const [name, value] of Object.entries(hparams))
      values.set(name, (values.get(name) ?? new Set()).add(value));
  const varied = [...values].sort(([a, one], [b, other]) => rank(one) - rank(other) || a.localeCompare(b));
  return varied.map(([name]) => name);
}

/** @param {Set<unknown>} values */
function rank(values) {
  return values.size > 1 ? 0 : 1;
}

/** @param {Hparams} hparams @param {string} name */
export function wordOf(hparams, name) {
  return Object.hasOwn(hparams, name) ? String(hparams[name]) : "";
}

/** Each as “name = value”. @param {Hparams} hparams */
export function wordsOf(hparams) {
  return Object.entries(hparams).map(([name, value]) => `${name} = ${value}`);
}

/**
 * A run without any has those of the nearest run above it: Keras logs below what it tries. Else what the runs below it
 * agree in: torch's add_hparams makes a run of its own, named after the time.
 * @param {string} run @param {Map<string, Hparams>} tried @returns {Hparams}
 */
export function hparamsOf(run, tried) {
  const own = tried.get(run);
  if (own) return own;
  for (let above = parent(run); above !== null; above = parent(above)) {
    const theirs = tried.get(above);
    if (theirs) return theirs;
  }
  const below = [...tried].filter(([name]) => isBelow(name, run)).map(([, hparams]) => hparams);
  return agreed(below);
}

/** The log directory itself is above all. @param {string} run */
function parent(run) {
  if (run === "." || run === "") return null;
  const slash = run.lastIndexOf("/");
  return slash < 0 ? "." : run.slice(0, slash);
}

/** @param {string} name @param {string} run */
function isBelow(name, run) {
  return run === "." || name.startsWith(`${run}/`);
}

/** @param {Hparams[]} all @returns {Hparams} */
function agreed([first = {}, ...others]) {
  const same = Object.entries(first).filter(([name, value]) =>
    others.every((one) => Object.hasOwn(one, name) && one[name] === value),
  );
  return Object.fromEntries(same);
}
