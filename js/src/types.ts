// Types that more than one module names.

export type Smoothing = { kind: "ema" | "twema" | "mean" | "median" | "none"; amount: number };
export type XAxis = "step" | "relstep" | "relative" | "wall";
export type YScale = "linear" | "log" | "symlog";
export type Limits = [low: number | null, high: number | null];
/** What a run tried, by name. */
export type Hparams = Record<string, string | number | boolean | null>;
export type Axes = { xlog?: boolean; y?: YScale; yzero?: boolean; ylimits?: Limits | null };
export type Selection = { from: number; to: number } | null;

export interface SettingValues {
  smoothing: Smoothing;
  /** The raw curve, faded behind the smoothed one. */
  raw: boolean;
  x: XAxis;
  xlog: boolean;
  /** Where x goes far back, another part of the curve begins. */
  parts: boolean;
  y: YScale;
  yzero: boolean;
  ylimits: Limits | null;
  /** What a card has of its own, over xlog, y, yzero and ylimits: read with `forTag`. */
  perTag: Record<string, Axes>;
  outliers: "ignore" | "show";
  tooltip: { sort: "nearest" | "nearestY" | "descending" | "ascending" | "name" | "drawn"; rows: number };
  marks: boolean;
  runsFilter: string;
  tagsFilter: string;
  hidden: string[];
  /** `tag` is whose last value stands beside a run, "" for the first there is; or what it `tried` of this name. */
  runsSort: { by: "start" | "name" | "last"; descending: boolean; tag: string; tried?: string };
  /** A regular expression: runs whose captured groups agree share a colour. */
  colorBy: string;
  /** A hyperparameter: runs that tried the same share a colour; it stands over `colorBy`. "" for none. */
  colorByTried: string;
  /** Colours that the user picked, by run. */
  colors: Record<string, string>;
  /** Which place of the palette a run got when it was first seen. */
  slots: Record<string, number>;
  /** Cards that stand first, and cards as wide as all columns: by a tag of theirs. */
  pinned: string[];
  wide: string[];
  /** The least width of a card, in CSS pixels. */
  size: number;
  pairs: boolean;
  combined: string[][];
  /** Tags that the user took out of a pair or a combination. */
  apart: string[];
  groups: {
    by: "none" | "regex" | "hparam";
    pattern: string;
    statistic: "mean" | "median";
    band: "minmax" | "std" | "confidence" | "none";
  };
  collapsed: string[];
  /** Cards that have no curve of the runs that are seen are left out. */
  hideEmpty: boolean;
  linkZoom: boolean;
  /** Which panel stands open; "" for none. */
  panel: string;
  /** The x under the pointer, for all cards. */
  cursor: unknown;
  /** Which columns the tables have, in their order: of values at a step, and of a range. */
  columns: { at: string[]; range: string[] };
  /** A regular expression: which rows the tables of a selection have. */
  rowsFilter: string;
  /** A step, or a range of steps, for all cards. */
  selection: Selection;
}

export type SettingKey = keyof SettingValues;

export interface Settings {
  logdir: string;
  get<K extends SettingKey>(key: K): SettingValues[K];
  set<K extends SettingKey>(key: K, value: SettingValues[K]): void;
  /** Several at once: listeners hear once. */
  update(patch: Partial<SettingValues>): void;
  forTag<K extends keyof Axes>(tag: string, key: K): SettingValues[K];
  setForTag(tag: string, patch: Axes | null): void;
  /** Another line was run: what it says otherwise than the one before stands over what was chosen since. */
  begin(initial: Partial<SettingValues>): void;
  /** As it was before anybody chose. */
  begun<K extends SettingKey>(key: K): SettingValues[K];
  reset(keys?: SettingKey[]): void;
  subscribe(listener: (keys: Set<string>) => void): () => void;
  toMagicLine(): string;
}

/** What a binary part of a frame says: points of one series, all of a range or picked from it. */
export interface Section {
  series: number;
  version: number;
  start: number;
  span: number;
  total: number;
  count: number;
  /** Which points they are, where they were picked; null where they are all of `start` to `start + span`. */
  index: Float64Array | null;
  step: Float64Array;
  wall: Float64Array;
  value: Float64Array;
}

/** Points in order of index; only the first `length` count. */
export interface Columns {
  step: Float64Array;
  wall: Float64Array;
  value: Float64Array;
  length: number;
  /** Whether these are all points that the series has; always said by the store. */
  exact?: boolean;
}

export interface Series {
  id: number;
  run: string;
  tag: string;
  kind: string;
  /** Changes when points were withdrawn: all that was drawn of the series is stale. */
  version: number;
  /** Points that the kernel has. */
  total: number;
  /** Points that the page holds. */
  known: number;
  /** Grows with any change of its data. */
  revision: number;
  columns(): Columns;
  /** Whether the first of its points is here. */
  readonly begun?: boolean;
  /** Stretches of points, as [start, end], that have a place from one step or time to another and are held but as picked ones. */
  lacks?(by: "step" | "wall", from: number, to: number): [number, number][];
  /** Hold these points for now, however many there are. */
  spare?(stretch: [number, number]): void;
}

export interface Mark {
  run: string;
  step: number | null;
  wall: number;
  kind: string;
  text: string;
}

export type State = "live" | "idle" | "stopped" | "lost";

export interface Status {
  state: State;
  /** The kernel's clock when it last spoke, in seconds. */
  now: number;
  /** Sentences: what is wrong with files, what our thread stumbled over. */
  problems: string[];
  /** Sentences: what is good to know. */
  notes: string[];
  epoch: string;
  marks: Mark[];
  logdir: string;
}

export interface Change {
  touched: Set<number>;
  structure: boolean;
  status: boolean;
}

/** The JSON part of a frame. */
export interface Header {
  tbnb: number;
  epoch: string;
  seq: number;
  now: number;
  /** Names of series: id, run, tag, kind; and what was tried, where that's what it tells. */
  series?: [number, string, string, string, Hparams?][];
  status?: Partial<Status>;
  /** Number of the last `hello` that the kernel heard. */
  heard?: number;
  /** How many points of a series to hold exactly, where there are too many to hold all. */
  keep?: number;
}

export interface Store {
  apply(message: Header, buffers: readonly Bytes[]): void;
  /** What this side knows of the connection, put over what the kernel last said. */
  setState(state: State | null): void;
  series: Map<number, Series>;
  /** What was tried, by the run that tells it; another map when it changed. */
  tried: Map<string, Hparams>;
  runs(): string[];
  tags(): string[];
  status: Status;
  readonly points: number;
  /** How many points the page holds, of how many. */
  holding(): { known: number; total: number };
  /** What it holds, for the kernel: number, version, and where each stretch of points begins and ends. */
  held(): number[][];
  on(listener: (change: Change) => void): () => void;
}

/** Binary data as the various hosts hand it over. */
export type Bytes = ArrayBuffer | ArrayBufferView;
