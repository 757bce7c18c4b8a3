// Frame bytes to sections: the twin of tbnb/page/wire.py, which draws the format.

/** @import { Bytes, Section } from "./types.js" */

export const VERSION = 1;
const HEAD = 32;
const FORM = { none: 0, f64: 1, f32: 2, offsets: 3, even: 4 };

/** The sections of a buffer; RangeError where it isn't one. @param {Bytes} bytes @returns {Section[]} */
export function decode(bytes) {
  const view = viewOf(bytes);
  const sections = [];
  for (let at = 0; at < view.byteLength; ) {
    const end = at + HEAD + view.getUint32(at + 28, true);
    sections.push(section(view, at));
    at = end;
  }
  return sections;
}

/** Any host's binary data, whatever its alignment. @param {Bytes} bytes */
function viewOf(bytes) {
  return ArrayBuffer.isView(bytes)
    ? new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    : new DataView(bytes);
}

/** @param {DataView} view @param {number} at @returns {Section} */
function section(view, at) {
  const word = (/** @type {number} */ place) => view.getUint32(at + place, true);
  const count = word(20);
  let place = at + HEAD;
  const next = (/** @type {number} */ number) => {
    const form = view.getUint8(at + 24 + number);
    const column = read(view, place, form, count);
    place += padded(bytesOf(form, count));
    return column;
  };
  return {
    series: word(0),
    version: word(4),
    start: word(8),
    span: word(12),
    total: word(16),
    count,
    index: next(0),
    step: next(1) ?? new Float64Array(),
    wall: next(2) ?? new Float64Array(),
    value: next(3) ?? new Float64Array(),
  };
}

/** @param {number} form @param {number} count */
function bytesOf(form, count) {
  if (form === FORM.none) return 0;
  if (form === FORM.even) return 16;
  if (form === FORM.f64) return 8 * count;
  return 4 * count + (form === FORM.offsets ? 8 : 0);
}

/** @param {number} size */
const padded = (size) => Math.ceil(size / 8) * 8;

/** @param {DataView} view @param {number} at @param {number} form @param {number} count */
function read(view, at, form, count) {
  if (form > FORM.even) throw new RangeError(`a column of the unknown form ${form}`);
  if (form === FORM.none) return null;
  const body = (/** @type {number} */ from) => aligned(view, at + from, bytesOf(form, count) - from);
  if (form === FORM.f64) return new Float64Array(body(0));
  if (form === FORM.f32) return Float64Array.from(new Float32Array(body(0)));
  const column = new Float64Array(count);
  const first = view.getFloat64(at, true);
  if (form === FORM.even) {
    const stride = view.getFloat64(at + 8, true);
    for (let i = 0; i < count; i++) column[i] = first + i * stride;
  } else {
    const offsets = new Int32Array(body(8));
    for (let i = 0; i < count; i++) column[i] = first + offsets[i];
  }
  return column;
}

/** A copy, which typed arrays can stand on. @param {DataView} view @param {number} at @param {number} size */
function aligned(view, at, size) {
  if (at + size > view.byteLength) throw new RangeError("a column longer than its buffer");
  return view.buffer.slice(view.byteOffset + at, view.byteOffset + at + size);
}
