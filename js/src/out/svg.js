// Charts as SVG: curves, bands and marks as real paths, with ticks, the axes' names and a legend. Names are escaped text.

import { createPath, trace } from "../buckets.js";
import { edgesOf } from "../chart.js";
import { before } from "../paint.js";
import { axisOf } from "./axis.js";
import { escaped, fitted, widthOf } from "./text.js";

/** @import { Line, Path } from "../buckets.js" */
/** @import { Band, Odd, Stroke } from "../paint.js" */
/** @import { Axis, Unit } from "./axis.js" */
/** @import { Figure, Paper } from "./figure.ts" */

/** Of a chart, in pixels of the drawing. */
const WIDTH = 640;
const HEIGHT = 300;
const MARGIN = { top: 34, right: 32, bottom: 44, left: 64 };
/** Of a second axis, to the right. */
const SECOND = 84;
const ROW = 18;
/** More names than this say less than their number. */
const NAMES = 40;
const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
/** Points of all curves together: what a drawing program still opens. */
const POINTS = 600_000;

const path = createPath();
const other = createPath();

/**
 * One drawing of all these charts.
 * @param {Figure[]} figures @param {Paper} paper @param {number} [fine] columns of a pixel, of which each keeps its extremes
 */
export function svgOf(figures, paper, fine = 4) {
  const across = Math.min(3, Math.ceil(Math.sqrt(figures.length)));
  const curves = figures.reduce((sum, { scene }) => sum + scene.strokes.length, 0);
  const columns = Math.max(16, Math.min(fine * WIDTH, Math.floor(POINTS / (4 * Math.max(1, curves)))));
  /** @type {string[]} */
  const parts = [];
  let top = 0;
  for (let first = 0; first < figures.length; first += across) {
    const row = figures
      .slice(first, first + across)
      .map((figure, i) => panel(figure, paper, columns, first + i));
    row.forEach(({ text }, i) => {
      parts.push(`<g transform="translate(${i * WIDTH} ${top})">${text}</g>`);
    });
    top += Math.max(...row.map(({ height }) => height));
  }
  const [width, height] = [across * WIDTH, Math.max(top, 1)];
  return {
    width,
    height,
    text: `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="${FONT}" font-size="12"><rect width="100%" height="100%" fill="${paper.back}"/>${parts.join("\n")}</svg>\n`,
  };
}

/** @param {Figure} figure @param {Paper} paper @param {number} columns @param {number} number of the panel */
function panel(figure, paper, columns, number) {
  const { axes, view, scene, second } = figure;
  const right = WIDTH - (view.second ? SECOND : MARGIN.right);
  const bottom = MARGIN.top + HEIGHT;
  const x = axisOf(view.x, axes.xlog ? "log" : "linear", UNITS[axes.x], MARGIN.left, right - MARGIN.left, 76);
  const y = axisOf(view.y, axes.y, "number", bottom, -HEIGHT, 36);
  const z =
    view.second && axisOf(view.second, axes.secondLog ? "log" : "linear", "number", bottom, -HEIGHT, 36);
  const edges = edgesOf(view.x, axes.xlog, columns);
  const to = { x: x.place, y: y.place, second: z?.place ?? y.place, edges };
  const legend = legendOf(figure, paper, bottom + MARGIN.bottom);
  const clip = `tbnb-clip-${number}`;
  const inside = [
    ...marksOf(scene.marks, x, right, paper),
    ...scene.bands.map((band) => bandOf(band, to)),
    ...scene.strokes.map((stroke) => strokeOf(stroke, to)),
    ...scene.odd.map((odd) => oddOf(odd, to)),
  ];
  return {
    height: bottom + MARGIN.bottom + legend.height + 8,
    text: [
      `<clipPath id="${clip}"><rect x="${MARGIN.left}" y="${MARGIN.top}" width="${right - MARGIN.left}" height="${HEIGHT}"/></clipPath>`,
      heading(figure, paper, right),
      horizontal(x, axes, right, paper),
      vertical(y, MARGIN.left, right, withScale(figure.tags, axes.y !== "linear" ? axes.y : ""), paper),
      z ? vertical(z, right, 0, second.join(" · "), paper) : "",
      `<g clip-path="url(#${clip})" fill="none" stroke-linejoin="bevel">${inside.join("\n")}</g>`,
      legend.text,
    ].join("\n"),
  };
}

/** @type {Record<string, Unit>} */
const UNITS = { step: "whole", relstep: "whole", relative: "duration", wall: "time" };
const TITLES = {
  step: "Step",
  relstep: "Steps since the first",
  relative: "Time since the run’s start",
  wall: "Time",
};

/** @param {Figure} figure @param {Paper} paper @param {number} right */
function heading({ tags, second, note }, paper, right) {
  const noted = note ? words(right, 21, note, 11, `fill="${paper.faint}" text-anchor="end"`) : "";
  const room = right - MARGIN.left - (note ? widthOf(note, 11) + 16 : 0);
  const title = [...tags, ...second].join(" · ");
  return words(MARGIN.left, 21, title, 14, `fill="${paper.ink}" font-weight="600"`, room) + noted;
}

/** @param {string[]} tags @param {string} scale */
function withScale(tags, scale) {
  return tags.join(" · ") + (scale ? ` (${scale})` : "");
}

/** @param {Axis} axis @param {Figure["axes"]} axes @param {number} right @param {Paper} paper */
function horizontal({ ticks }, { x, xlog }, right, paper) {
  const bottom = MARGIN.top + HEIGHT;
  const lines = ticks.map(({ at }) => `M${round(at)} ${MARGIN.top}V${bottom}`).join("");
  const labels = ticks.map(({ at, label }) =>
    words(at, bottom + 16, label, 11, `fill="${paper.faint}" text-anchor="middle"`),
  );
  const title = TITLES[x] + (xlog ? " (log)" : "");
  const middle = (MARGIN.left + right) / 2;
  return `<path d="${lines}" stroke="${paper.grid}"/>${labels.join("")}${words(middle, bottom + 34, title, 12, `fill="${paper.ink}" text-anchor="middle"`)}`;
}

/** @param {Axis} axis @param {number} left where its ticks end @param {number} right end of the grid; 0 for none @param {string} title @param {Paper} paper */
function vertical({ ticks }, left, right, title, paper) {
  const isSecond = right === 0;
  const lines = isSecond ? "" : ticks.map(({ at }) => `M${left} ${round(at)}H${right}`).join("");
  const labels = ticks.map(({ at, label }) =>
    words(
      isSecond ? left + 6 : left - 6,
      at + 4,
      label,
      11,
      `fill="${paper.faint}" text-anchor="${isSecond ? "start" : "end"}"`,
    ),
  );
  const [x, y] = [isSecond ? left + SECOND - 14 : 14, MARGIN.top + HEIGHT / 2];
  const turn = `transform="rotate(-90 ${x} ${y})" fill="${paper.ink}" text-anchor="middle"`;
  return `<path d="${lines}" stroke="${paper.grid}"/>${labels.join("")}${words(x, y, title, 12, turn, HEIGHT)}`;
}

/**
 * @typedef {{ x: (value: number) => number, y: (value: number) => number, second: (value: number) => number, edges: Float64Array }} Places
 */

/** @param {Stroke} stroke @param {Places} to */
function strokeOf({ line, color, width, alpha, dash, second }, to) {
  const d = trail(trace(line, to.edges, path), to.x, second ? to.second : to.y);
  const dashes = dash.length ? ` stroke-dasharray="${dash.join(" ")}"` : "";
  // A point that has no neighbour is a line of no length: round ends make it a dot.
  return `<path class="curve" d="${d}" stroke="${color}" stroke-width="${width}" stroke-opacity="${alpha}" stroke-linecap="round"${dashes}/>`;
}

/** @param {Path} path @param {(value: number) => number} toX @param {(value: number) => number} toY */
function trail({ x, y, length }, toX, toY) {
  const parts = [];
  let joined = false;
  for (let i = 0; i < length; i++) {
    const [left, top] = [toX(x[i]), toY(y[i])];
    const shows = Number.isFinite(left) && Number.isFinite(top);
    if (shows) parts.push(`${joined ? "L" : "M"}${round(left)} ${round(clamped(top))}`);
    if (shows && !joined && (i + 1 === length || !Number.isFinite(toY(y[i + 1])))) parts.push("h0");
    joined = shows;
  }
  return parts.join("");
}

/** @param {Band} band @param {Places} to */
function bandOf({ low, high, color, second }, to) {
  const toY = second ? to.second : to.y;
  const corners = [...cornersOf(high, to, toY, path), ...cornersOf(low, to, toY, other).reverse()];
  return `<path class="band" d="M${corners.join("L")}Z" fill="${color}" fill-opacity="0.2"/>`;
}

/** @param {Line} line @param {Places} to @param {(value: number) => number} toY @param {Path} into */
function cornersOf(line, to, toY, into) {
  const { x, y, length } = trace(line, to.edges, into);
  const corners = [];
  for (let i = 0; i < length; i++) {
    const top = toY(y[i]);
    if (Number.isFinite(top)) corners.push(`${round(to.x(x[i]))} ${round(clamped(top))}`);
  }
  return corners;
}

/** Words beside a line stand where there is room. @param {Figure["scene"]["marks"]} marks from left to right @param {Axis} axis @param {number} right @param {Paper} paper */
function marksOf(marks, { place }, right, paper) {
  let free = MARGIN.left;
  return marks.map(({ x, color, text, kind, dash }) => {
    const at = place(x);
    if (!Number.isFinite(at)) return "";
    const dashes = dash.length ? ` stroke-dasharray="${dash.join(" ")}"` : "";
    const line = `<path class="mark" d="M${round(at)} ${MARGIN.top}v${HEIGHT}" stroke="${color}" stroke-opacity="0.55"${dashes}/>`;
    const wide = Math.min(widthOf(text, 11), 200);
    const start = at + wide + 4 > right ? at - wide - 4 : at + 4;
    if (!text || kind === "epoch" || start < free) return line;
    free = start + wide + 4;
    return line + words(start, MARGIN.top + 11, text, 11, `fill="${paper.ink}"`, 200);
  });
}

/** A triangle for each value that is no number, where the curve was before. @param {Odd} odd @param {Places} to */
function oddOf({ line, at, color, second }, to) {
  const toY = second ? to.second : to.y;
  const stride = Math.max(1, Math.ceil(at.length / 300));
  const shapes = at
    .map((i, n) => ({ i, n }))
    .filter(({ n }) => n % stride === 0)
    .map(({ i, n }) => {
      const up = line.y[i] === Number.POSITIVE_INFINITY;
      const edge = up ? MARGIN.top + 5 : MARGIN.top + HEIGHT - 5;
      const top = Number.isNaN(line.y[i]) ? toY(before(line, at, n)) : edge;
      const [x, y] = [round(to.x(line.x[i] - line.offset)), round(clamped(Number.isNaN(top) ? edge : top))];
      // A path ends where it can't be read: all that follows would be lost.
      if (!Number.isFinite(x)) return "";
      return up ? `M${x} ${y - 4}l4 8h-8Z` : `M${x} ${y + 4}l4 -8h-8Z`;
    });
  return `<path class="odd" d="${shapes.join("")}" stroke="${color}"/>`;
}

/** @param {Figure} figure @param {Paper} paper @param {number} top */
function legendOf({ legend }, paper, top) {
  const shown = legend.slice(0, NAMES);
  const room = WIDTH - MARGIN.left - MARGIN.right;
  let [left, line] = [0, 0];
  const parts = shown.map(({ name, detail, color, dash }) => {
    const full = detail ? `${name} ${detail}` : name;
    const wide = 30 + Math.min(widthOf(full, 12), room - 30) + 14;
    if (left > 0 && left + wide - 14 > room) [left, line] = [0, line + 1];
    const [x, y] = [MARGIN.left + left, top + 12 + line * ROW];
    left += wide;
    const dashes = dash.length ? ` stroke-dasharray="${dash.join(" ")}"` : "";
    const swatch = `<path d="M${round(x)} ${y - 4}h22" stroke="${color}" stroke-width="2.5"${dashes}/>`;
    return swatch + words(x + 30, y, full, 12, `fill="${paper.ink}"`, room - 30);
  });
  const more = legend.length - shown.length;
  if (more > 0)
    parts.push(words(MARGIN.left, top + 12 + ++line * ROW, `and ${more} more`, 12, `fill="${paper.faint}"`));
  return { text: `<g class="legend">${parts.join("")}</g>`, height: (line + 1) * ROW };
}

/** @param {number} x @param {number} y @param {string} text @param {number} size @param {string} attributes @param {number} [width] in which it is to fit */
function words(x, y, text, size, attributes, width = Number.POSITIVE_INFINITY) {
  const short = fitted(text, size, width);
  const whole = short === text ? "" : `<title>${escaped(text)}</title>`;
  return `<text x="${round(x)}" y="${round(y)}" font-size="${size}" xml:space="preserve" ${attributes}>${escaped(short)}${whole}</text>`;
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 100) / 100;
}

/** Far outside, where numbers grow long. @param {number} y */
function clamped(y) {
  return Math.max(-9999, Math.min(9999, y));
}
