// All points as text for other programs: CSV (RFC 4180) and JSON, with every digit.

/** @import { Columns } from "../types.ts" */
/** @typedef {{ run: string, tag: string, columns: Columns, total?: number }} Line  total: of its points, held here or not */

const HEADER = ["run", "tag", "step", "wall_time", "value"];

/** Points of a piece: a few milliseconds' work. */
const PIECE = 4000;
/** A piece of the text, and how many points it is worth. @typedef {[text: string, points: number]} Piece */

/**
 * Lines end in CRLF; NaN and infinities are `nan`, `inf`, `-inf`, which pandas and NumPy read. A name that a spreadsheet
 * would take for a formula gets a leading apostrophe. Where points are missing, each row says of how many its series is.
 * @param {Line[]} lines @returns {Generator<Piece>} to be joined or made a Blob of
 */
export function* csvOf(lines) {
  const lacks = lines.some(isPartial);
  yield [`${[...HEADER, ...(lacks ? ["of_points"] : [])].join(",")}\r\n`, 0];
  for (const { run, tag, columns, total } of lines) {
    const { step, wall, value, length } = columns;
    const names = `${cell(run)},${cell(tag)}`;
    const end = lacks ? `,${total ?? length}\r\n` : "\r\n";
    for (const [from, to] of stretches(length)) {
      const rows = [];
      for (let i = from; i < to; i++)
        rows.push(`${names},${step[i]},${number(wall[i])},${number(value[i])}${end}`);
      yield [rows.join(""), to - from];
    }
  }
}

/**
 * `[{"run", "tag", "step": [...], "wall_time": [...], "value": [...]}]`; NaN and infinities are strings, as JSON has none.
 * Where points are missing, `"of_points"` says how many the series has.
 * @param {Line[]} lines @returns {Generator<Piece>}
 */
export function* jsonOf(lines) {
  yield ["[", 0];
  for (const [at, { run, tag, columns, total }] of lines.entries()) {
    const of = isPartial({ columns }) ? `,"of_points":${total}` : "";
    yield [`${at ? ",\n" : ""}{"run":${JSON.stringify(run)},"tag":${JSON.stringify(tag)}${of}`, 0];
    const { step, wall, value, length } = columns;
    for (const [name, values] of Object.entries({ step, wall_time: wall, value })) {
      yield [`,"${name}":[`, 0];
      for (const [from, to] of stretches(length)) {
        const texts = Array.from(values.subarray(from, to), json);
        yield [(from ? "," : "") + texts.join(","), (to - from) / 3];
      }
      yield ["]", 0];
    }
    yield ["}", 0];
  }
  yield ["]\n", 0];
}

/** @param {number} length @returns {Generator<[from: number, to: number]>} */
function* stretches(length) {
  for (let from = 0; from < length; from += PIECE) yield [from, Math.min(length, from + PIECE)];
}

/** @param {{ columns: Columns }} line */
function isPartial({ columns }) {
  return columns.exact === false;
}

/** The shortest digits that read back as the same number. @param {number} value */
function number(value) {
  if (Number.isNaN(value)) return "nan";
  if (value === Infinity) return "inf";
  if (value === -Infinity) return "-inf";
  return Object.is(value, -0) ? "-0" : String(value);
}

/** @param {number} value */
function json(value) {
  return Number.isFinite(value) ? number(value) : `"${number(value)}"`;
}

/** @param {string} name */
function cell(name) {
  const safe = /^[=+\-@\t\r]/.test(name) ? `'${name}` : name;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
