// All series that the page holds, made whole from frames that may be lost, doubled or out of order.

import { HeldSeries } from "./series.js";
import { decode, VERSION } from "./wire.js";

/** @import { Change, Header, Section, State, Status, Store } from "./types.js" */

/** @returns {Status} */
const beginning = () => ({
  state: "idle",
  now: 0,
  problems: [],
  notes: [],
  epoch: "",
  marks: [],
  logdir: "",
});

/** @implements {Store} */
class HeldStore {
  /** Series that have a name, in the order in which the kernel met them. @type {Map<number, HeldSeries>} */
  series = new Map();
  status = beginning();
  points = 0;
  /** By run; another map when it changed. @type {Map<string, import("./types.js").Hparams>} */
  tried = new Map();
  /** Series that have data, named or not. @type {Map<number, HeldSeries>} */
  #all = new Map();
  /** @type {Set<(change: Change) => void>} */
  #listeners = new Set();
  /** Of the series that have a name, in their order. */
  #runs = /** @type {Set<string>} */ (new Set());
  #tags = /** @type {Set<string>} */ (new Set());
  #last = -1;
  #disordered = false;
  /** @type {State} */
  #said = "idle";
  /** @type {State | null} */
  #over = null;
  /** Number of the frame that the status comes from. */
  #heard = -1;

  /** @param {Header} header @param {readonly import("./types.js").Bytes[]} buffers */
  apply(header, buffers) {
    if (header.tbnb !== VERSION) return;
    /** @type {Change} */
    const change = { touched: new Set(), structure: false, status: false };
    if (header.epoch !== this.status.epoch) this.#begin(header.epoch, change);
    for (const row of header.series ?? []) this.#name(row, change);
    this.#learn(header, change);
    for (const bytes of buffers) for (const section of decode(bytes)) this.#take(section, change);
    if (header.keep !== undefined) for (const id of change.touched) this.series.get(id)?.keep(header.keep);
    this.#hear(header, change);
    if (this.#disordered) this.#sort();
    this.#tell(change);
  }

  /** @param {State | null} state */
  setState(state) {
    this.#over = state;
    if (this.#settle()) this.#tell({ touched: new Set(), structure: false, status: true });
  }

  /** Another watch speaks: nothing of the former one holds. @param {string} epoch @param {Change} change */
  #begin(epoch, change) {
    this.series.clear();
    this.#forgetNames();
    this.#all.clear();
    this.points = 0;
    this.tried = new Map();
    this.#heard = -1;
    this.status = { ...beginning(), epoch };
    change.structure = change.status = true;
  }

  /** What runs tried comes again and again. @param {Header} header @param {Change} change */
  #learn({ series = [] }, change) {
    const news = series.flatMap(([, run, , , tried]) =>
      tried && JSON.stringify(tried) !== JSON.stringify(this.tried.get(run)) ? [[run, tried]] : [],
    );
    if (news.length === 0) return;
    this.tried = new Map([...this.tried, .../** @type {[string, any][]} */ (news)]);
    change.structure = true;
  }

  /** @param {NonNullable<Header["series"]>[number]} row @param {Change} change */
  #name([id, run, tag, kind], change) {
    const series = this.#of(id);
    if (this.series.has(id)) return;
    Object.assign(series, { run, tag, kind });
    this.series.set(id, series);
    this.#enlist(series);
    this.points += this.#counted(series);
    change.structure = true;
    change.touched.add(id);
  }

  /** @param {number} id */
  #of(id) {
    let series = this.#all.get(id);
    if (!series) {
      series = new HeldSeries(id);
      this.#all.set(id, series);
    }
    return series;
  }

  /** @param {HeldSeries} series */
  #counted(series) {
    return series.kind === "scalars" ? series.spoken : 0;
  }

  /** @param {Section} section @param {Change} change */
  #take(section, change) {
    const series = this.#of(section.series);
    const before = this.#counted(series);
    if (!series.take(section) || !this.series.has(series.id)) return;
    this.points += this.#counted(series) - before;
    change.touched.add(series.id);
  }

  /** @param {Header} header @param {Change} change */
  #hear(header, change) {
    this.status.now = Math.max(this.status.now, header.now);
    if (!header.status || header.seq < this.#heard) return;
    this.#heard = header.seq;
    const { state, ...said } = header.status;
    Object.assign(this.status, said);
    this.#said = state ?? this.#said;
    this.#settle();
    change.status = true;
  }

  #settle() {
    const before = this.status.state;
    this.status.state = this.#over ?? this.#said;
    return this.status.state !== before;
  }

  /** Names mostly come in order: ten thousand are not sorted again for each new one. @param {HeldSeries} series */
  #enlist({ id, run, tag }) {
    if (id < this.#last) this.#disordered = true;
    this.#last = id;
    this.#runs.add(run);
    this.#tags.add(tag);
  }

  #sort() {
    this.series = new Map([...this.series].sort(([one], [other]) => one - other));
    this.#forgetNames();
    for (const series of this.series.values()) this.#enlist(series);
  }

  #forgetNames() {
    this.#runs.clear();
    this.#tags.clear();
    this.#last = -1;
    this.#disordered = false;
  }

  /** @param {Change} change */
  #tell(change) {
    if (!(change.structure || change.status || change.touched.size)) return;
    for (const listener of this.#listeners) listener(change);
  }

  holding() {
    let [known, total] = [0, 0];
    for (const series of this.series.values()) {
      if (series.kind !== "scalars") continue;
      known += series.known;
      total += series.total;
    }
    return { known, total };
  }

  held() {
    return [...this.series.values()].map((series) => [series.id, series.version, ...series.ends]);
  }

  runs() {
    return [...this.#runs];
  }

  tags() {
    return [...this.#tags];
  }

  /** @param {(change: Change) => void} listener */
  on(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** @returns {Store} */
export function createStore() {
  return new HeldStore();
}
