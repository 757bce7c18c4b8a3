// What a card of scalars paints: strokes, marks and oddities, from its curves and the settings.

/** @import { Extent } from "../chart.js" */
/** @import { Band, Mark, Odd, Scene, Stroke } from "../paint.js" */
/** @import { Mark as Said } from "../types.ts" */
/** @import { Board, Shown } from "../ui/types.ts" */

/** With more runs than this the raw curves behind the smoothed ones are a fog that hides them. */
const GHOSTS = 40;
/** Curves become thinner as they become many, and a crowd shows where it is dense. */
const PENS = [
  { most: 12, width: 2, alpha: 1 },
  { most: 60, width: 1.5, alpha: 1 },
  { most: 200, width: 1, alpha: 0.8 },
  { most: Number.POSITIVE_INFINITY, width: 1, alpha: 0.35 },
];

/** What is the same however the view is moved. @param {Board} board @param {Shown[]} shown @returns {Pick<Scene, "strokes" | "bands" | "odd">} */
export function curvesOf(board, shown) {
  const pen = PENS.find(({ most }) => shown.length <= most) ?? PENS[0];
  const ghosts = board.settings.get("raw") && shown.length <= GHOSTS;
  return {
    strokes: [...(ghosts ? shown.flatMap(ghost) : []), ...shown.map((one) => solid(one, pen))],
    bands: shown.flatMap(bandOf),
    odd: board.settings.get("marks") ? shown.flatMap(oddities) : [],
  };
}

/** @param {Board} board @param {Shown[]} shown @param {ReturnType<typeof curvesOf>} curves @param {Extent} view @returns {Scene} */
export function sceneOf(board, shown, curves, view) {
  const { ink, font } = board.theme();
  return { ...curves, marks: marksOf(board, shown, view), ink, font };
}

/** @param {Shown} shown @returns {Stroke[]} */
function ghost({ raw, color, second }) {
  return raw ? [{ line: raw, color, width: 1, alpha: 0.3, dash: [], second }] : [];
}

/** @param {Shown} shown @returns {Band[]} */
function bandOf({ band, color, second }) {
  return band ? [{ ...band, color, second }] : [];
}

/** @param {Shown} shown @param {{ width: number, alpha: number }} pen @returns {Stroke} */
function solid({ line, color, dash, second }, { width, alpha }) {
  return { line, color, width, alpha, dash, second };
}

/** @param {Shown} shown @returns {Odd[]} */
function oddities({ odd, color, second }) {
  return odd.map((one) => ({ ...one, color, second }));
}

/** How near marks of one kind may stand, as a part of the view; nearer ones say nothing and hide the curves. */
const NEAREST = 0.012;
/** With more curves than this, what each run's own series mark is a fence. */
const COURSES = 12;
const DASHES = { epoch: [1, 3], lr: [4, 3], restart: [6, 3], machine: [6, 3], note: [] };

/** @param {Board} board @param {Shown[]} shown @param {Extent} view @returns {Mark[]} */
function marksOf(board, shown, view) {
  if (!board.settings.get("marks") || shown.length === 0) return [];
  const runs = new Map(shown.map((one) => [one.run, one]));
  const inView = [...wordsOf(board, runs)].flatMap((mark) => {
    const of = mark.run ? runs.get(mark.run) : youngest(shown, mark.wall);
    if (!of) return [];
    const x = xOf(board, mark, of);
    return x >= view.low && x <= view.high
      ? [{ ...mark, x, color: mark.run ? of.color : board.theme().faint }]
      : [];
  });
  // Runs with the same course have their epochs at the same places.
  const marks = [...new Map(inView.map((mark) => [`${mark.kind} ${mark.x} ${mark.text}`, mark])).values()];
  const crowded = new Set(marks.map(({ kind }) => kind).filter((kind) => isCrowd(marks, kind)));
  return marks
    .filter(({ kind }) => !crowded.has(kind))
    .sort((a, b) => a.x - b.x)
    .map(({ x, color, kind, text }) => ({
      x,
      color,
      kind,
      text: kind === "restart" ? text || "restart" : text,
      dash: DASHES[/** @type {keyof typeof DASHES} */ (kind)] ?? [],
    }));
}

/** What the kernel marks, and what the runs' own series do. @param {Board} board @param {Map<string, Shown>} runs @returns {Iterable<Said>} */
function* wordsOf(board, runs) {
  yield* board.store.status.marks ?? [];
  if (runs.size > COURSES) return;
  for (const run of runs.keys()) for (const mark of board.landmarks(run)) yield { ...mark, run };
}

/** The run that was under way when something was marked for all. @param {Shown[]} shown @param {number} wall */
function youngest(shown, wall) {
  const begun = shown.filter((one) => one.began() <= wall);
  return (begun.length ? begun : shown).reduce((a, b) => (b.began() > a.began() ? b : a));
}

/** @param {Board} board @param {Said} mark @param {Shown} of */
function xOf(board, { step, wall }, of) {
  const axis = board.settings.get("x");
  return (axis === "wall" || axis === "relative" ? wall : (step ?? Number.NaN)) - of.line.offset;
}

/** @param {{ kind: string }[]} marks @param {string} kind */
function isCrowd(marks, kind) {
  return kind !== "note" && marks.filter((mark) => mark.kind === kind).length * NEAREST > 1;
}
