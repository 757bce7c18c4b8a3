// What the parts of the dashboard know of each other.

import type { Line } from "../buckets.js";
import type { Chart, Extent } from "../chart.js";
import type { Curve } from "../curve.js";
import type { Landmark } from "../math/landmarks.js";
import type { Card as Arranged } from "../math/pairs.js";
import type { Figure } from "../out/figure.ts";
import type { Places } from "../paint.js";
import type { Tried } from "../tried.js";
import type { Series, Settings, Store, YScale } from "../types.ts";
import type { Spot } from "./gestures.js";
import type { Reading } from "./reading.js";
import type { ThemeColors } from "./theme.js";

/** A curve on a card. */
export interface Shown {
  curve: Curve;
  run: string;
  tag: string;
  name: string;
  /** The tag, where several share the card. */
  detail: string;
  color: string;
  dash: number[];
  line: Line;
  /** The unsmoothed one, where it differs. */
  raw: Line | null;
  /** On the second axis. */
  second: boolean;
  /** Where it isn't a number: of a group, where its runs aren't. */
  odd: { line: Places; at: number[] }[];
  /** When the run began, in seconds. */
  began(): number;
  /** Of a group: what its members span. */
  band: { low: Line; high: Line } | null;
}

/** What all cards share. */
export interface Board {
  root: HTMLElement;
  store: Store;
  settings: Settings;
  tried: Tried;
  /** Of the log directory, for files. */
  name: string;
  theme(): ThemeColors;
  /** Grows with whatever may change what cards show, but for where they are zoomed. */
  age(): number;
  /** What is drawn within has the colours of that theme. */
  dressed<T>(theme: "light" | "dark", draw: () => T): T;
  redraw(card: Drawing): void;
  gather(): boolean;
  /** A card shows these from one x to another: let them be held exactly there. */
  detail(shown: Shown[], x: Extent | null): void;
  sieve(): void;
  /** Whether a run is among those that are seen. */
  sees(run: string): boolean;
  /** When the run began, in seconds. */
  origin(run: string): number;
  /** The curves of a card, brought up to date. */
  shown(tags: string[], second: string[]): Shown[];
  /** What a run's own series mark: epochs, jumps of the learning rate. */
  landmarks(run: string): Landmark[];
  /** Whether a series that grew marks anything else than it did on all cards of its run. */
  remarks(series: Series): boolean;
  hover(overlay: Overlay, spot: Spot | null): void;
  point(): void;
  hold(overlay: Overlay, spot: Spot | null): void;
  walk(overlay: Overlay, by: number): void;
  leave(overlay: Overlay): void;
  selectAtCursor(): void;
  cursorX(): number | null;
  tags(): IterableIterator<string>;
  runs(): IterableIterator<string>;
  curves(tag: string): Curve[];
  stop(): void;
  /** All cards but that one are zoomed, and those that come later. */
  linkZoom(x: Extent | null, from?: Drawing): void;
  /** Where a new card is zoomed. */
  linked(): Extent | null;
}

export interface Zoom {
  x: Extent | null;
  y: Extent | null;
}

/** The inside of a card: what a kind of data draws. */
export interface Drawing {
  /** What stands under the chart. */
  below: HTMLElement;
  /** Shows these tags from now on. */
  arrange(next: Arranged): void;
  /** `urgent` where somebody waits for it. */
  draw(width: number, height: number, urgent: boolean): Newest;
  /** Draws on what one frame was too short for; whether all is there. */
  proceed(until: number): boolean;
  /** Shows what is selected now. */
  select(): void;
  describe(): void;
  release(): void;
  zoomTo(x: Extent | null): void;
  overlay: Overlay;
  /** What it shows now, in view or not. */
  figure(): Figure;
  destroy(): void;
}

export interface Newest {
  wall: number;
  step: number;
}

/** What lies over a chart and moves without painting it anew. */
export interface Overlay {
  card: Charted;
  showCursor(x: number | null): void;
  showSelection(): void;
  /** Marks the points that the tooltip tells. */
  showPoints(readings: Reading[]): void;
  attach(chart: Chart): void;
  placed(): void;
  destroy(): void;
}

/** What an overlay knows of its card. */
export interface Charted {
  chart(): Chart | null;
  shown(): Shown[];
  view(): { x: Extent; y: Extent };
  scales(): { x: "linear" | "log"; y: YScale };
  zoomed(): Zoom;
  zoom(x: Extent | null, y: Extent | null): void;
}

export interface CardFrame {
  key: string;
  tags: string[];
  second: string[];
  element: HTMLElement;
  plot: HTMLElement;
  drawing: Drawing;
  visible: boolean;
  drawnAt: number;
  newest: Newest;
  /** Shows these tags from now on. */
  arrange(next: Arranged): void;
  /** Whether it's the first of two that are to stand together. */
  pick(picked: boolean): void;
  see(visible: boolean): void;
  /** Whether that changed anything. */
  resize(width: number, height: number): boolean;
  /** Whether all is drawn. */
  draw(urgent: boolean): boolean;
  proceed(until: number): boolean;
  destroy(): void;
}
