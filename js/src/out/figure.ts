// What a card shows, to be drawn anywhere.

import type { Axes, Extent } from "../chart.js";
import type { Scene } from "../paint.js";

export interface Figure {
  tags: string[];
  second: string[];
  axes: Axes;
  view: { x: Extent; y: Extent; second: Extent | null };
  scene: Scene;
  legend: { name: string; detail: string; color: string; dash: number[] }[];
  /** How the curves are smoothed; "" where they are not. */
  note: string;
}

/** The colours of the paper. */
export interface Paper {
  ink: string;
  faint: string;
  grid: string;
  back: string;
}
