// Frames for tests: the encoding side of the wire, in its simplest form.

import { VERSION } from "../src/wire.js";

/** @param {number} seq @param {Partial<import("../src/types.js").Header>} [more] */
export const header = (seq, more = {}) => ({
  tbnb: VERSION,
  epoch: "one",
  seq,
  now: 1_700_000_000 + seq,
  ...more,
});

/**
 * One section as a buffer; steps are indices, and wall times seconds behind those.
 * @param {{ value: number[], series?: number, version?: number, start?: number, span?: number, total?: number, index?: number[], step?: number[], wall?: number[] }} section
 */
export function bufferOf({
  value,
  series = 0,
  version = 0,
  start = 0,
  span = value.length,
  total = start + span,
  index,
  step,
  wall,
}) {
  const places = index ?? value.map((_, place) => start + place);
  const columns = [
    ...(index ? [index] : []),
    step ?? places,
    wall ?? places.map((place) => 1_700_000_000 + place),
    value,
  ];
  const size = columns.length * 8 * value.length;
  const view = new DataView(new ArrayBuffer(32 + size));
  for (const [place, word] of [series, version, start, span, total, value.length].entries())
    view.setUint32(4 * place, word, true);
  for (const [place, form] of [index ? 1 : 0, 1, 1, 1].entries()) view.setUint8(24 + place, form);
  view.setUint32(28, size, true);
  for (const [place, number] of columns.flat().entries()) view.setFloat64(32 + 8 * place, number, true);
  return view;
}
