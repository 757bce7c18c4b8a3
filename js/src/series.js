// One series as the page holds it: exact stretches of points, and picked points in the holes between them.

import { Spans } from "./spans.js";

/** @import { Columns, Section } from "./types.js" */

/** How many times as many exact points as it should a series holds before it lets go of some. */
const SLACK = 1.25;

export class HeldSeries {
  run = "";
  tag = "";
  kind = "";
  version = 0;
  total = 0;
  revision = 0;
  #spans = new Spans();
  /** @type {Section | null} */
  #picked = null;
  /** What somebody looks at closely, from one index to another. @type {[number, number]} */
  #spared = [0, 0];
  /** @type {Columns | null} */
  #columns = null;

  /** @param {number} id */
  constructor(id) {
    this.id = id;
  }

  get known() {
    return this.#spans.count;
  }

  /** Whether its first point is here: a page that comes late hears of the newest first. */
  get begun() {
    return this.#spans.list[0]?.start === 0 || this.#picked?.start === 0;
  }

  /** Points held, or standing behind picked ones. */
  get spoken() {
    const picked = this.#picked;
    if (!picked) return this.known;
    return this.known + picked.span - this.#spans.heldWithin(picked.start, picked.start + picked.span);
  }

  /** Where each stretch of points that is held begins and ends. */
  get ends() {
    return this.#spans.list.flatMap((span) => [span.start, span.end]);
  }

  /** Take in what a section says; whether that changed anything. @param {Section} section */
  take(section) {
    if (section.version < this.version) return false;
    const withdrawn = section.version > this.version;
    if (withdrawn) this.#forget(section.version);
    const longer = section.total > this.total;
    if (longer) this.total = section.total;
    const news = section.index ? this.#pick(section) : this.#spans.put(section.start, section) > 0;
    if (!(withdrawn || longer || news)) return false;
    this.revision++;
    this.#columns = null;
    return true;
  }

  /** @param {number} version */
  #forget(version) {
    this.version = version;
    this.total = 0;
    this.#spans = new Spans();
    this.#picked = null;
  }

  /** @param {Section} section */
  #pick(section) {
    if (this.#picked && this.#picked.span >= section.span) return false;
    this.#picked = section;
    return true;
  }

  /** Hold little more than the last points exactly, and what is spared, where the others stand behind picked ones.
   * @param {number} most */
  keep(most) {
    const spared = this.#spans.heldWithin(...this.#spared);
    if (!this.#picked || this.known - spared <= most * SLACK) return;
    this.#spans.forget(Math.min(this.#picked.span, this.total - most), this.#spared);
    this.revision++;
    this.#columns = null;
  }

  /** @param {[number, number]} stretch */
  spare(stretch) {
    this.#spared = stretch;
  }

  /** @param {"step" | "wall"} by @param {number} from @param {number} to @returns {[number, number][]} */
  lacks(by, from, to) {
    const { index, span = 0, start = 0, [by]: along } = this.#picked ?? {};
    if (!index || !along) return [];
    const first = along.findIndex((x) => x >= from);
    const last = along.findLastIndex((x) => x <= to);
    if (first < 0 || last < 0) return [];
    const low = first > 0 ? index[first - 1] : start;
    const high = last + 1 < index.length ? index[last + 1] : start + span;
    return this.#spans.gaps(low, high);
  }

  /** @returns {Columns} */
  columns() {
    this.#columns ??= this.#merged();
    return this.#columns;
  }

  /** @returns {Columns} */
  #merged() {
    const parts = [...this.#parts()];
    const exact = this.known === this.total;
    if (parts.length === 1) return { ...parts[0], length: parts[0].step.length, exact };
    return {
      step: joined(parts.map((part) => part.step)),
      wall: joined(parts.map((part) => part.wall)),
      value: joined(parts.map((part) => part.value)),
      length: parts.reduce((length, part) => length + part.step.length, 0),
      exact,
    };
  }

  /** Exact stretches in order, and picked points in the holes between them. */
  *#parts() {
    let at = 0;
    for (const span of this.#spans.list) {
      yield* this.#between(at, span.start);
      yield span.views();
      at = span.end;
    }
    yield* this.#between(at, Number.POSITIVE_INFINITY);
  }

  /** @param {number} from @param {number} to */
  *#between(from, to) {
    const { index, step, wall, value } = this.#picked ?? {};
    if (!index || !step || !wall || !value || to <= from) return;
    const [first, last] = [place(index, from), place(index, to)];
    if (first < last)
      yield {
        step: step.subarray(first, last),
        wall: wall.subarray(first, last),
        value: value.subarray(first, last),
      };
  }
}

/** The place of the first number in `sorted` that isn't below `number`. @param {Float64Array} sorted @param {number} number */
function place(sorted, number) {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < number) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** @param {Float64Array[]} arrays */
function joined(arrays) {
  const whole = new Float64Array(arrays.reduce((length, array) => length + array.length, 0));
  let at = 0;
  for (const array of arrays) {
    whole.set(array, at);
    at += array.length;
  }
  return whole;
}
