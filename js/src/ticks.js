// Where a log or symmetric log axis has its ticks: round numbers first, as many as have room.

/**
 * @param {number} low @param {number} high @param {(value: number) => number} place of a value along the axis, in pixels
 * @param {number} space that a tick needs, in pixels
 * @returns {number[]} ascending
 */
export function logTicks(low, high, place, space) {
  if (low > 0 === high > 0 && Math.abs(high / low) < 10 && Math.abs(low / high) < 10)
    return linearTicks(low, high, Math.abs(place(high) - place(low)) / space);
  /** @type {number[]} */
  const taken = [];
  for (const values of classes(low, high))
    for (const value of values) {
      if (value < low || value > high) continue;
      if (taken.every((other) => Math.abs(place(other) - place(value)) > space - 0.5)) taken.push(value);
    }
  return taken.sort((a, b) => a - b);
}

/** Zero, then powers of ten, then their twofold and fivefold. @param {number} low @param {number} high @returns {number[][]} */
function classes(low, high) {
  const most = Math.ceil(Math.log10(Math.max(Math.abs(low), Math.abs(high))));
  const least = low > 0 ? Math.floor(Math.log10(low)) : Math.max(-3, most - 30);
  const powers = Array.from({ length: most - least + 1 }, (_, i) => least + i);
  const signed = (/** @type {number[]} */ values) =>
    low < 0 ? values.flatMap((value) => [value, -value]) : values;
  const times = (/** @type {number} */ factor) => signed(powers.map((power) => Number(`${factor}e${power}`)));
  return [[0], times(1), times(2), times(5), times(3)];
}

/** @param {number} low @param {number} high @param {number} most how many have room */
export function linearTicks(low, high, most) {
  const rough = (high - low) / Math.max(1, Math.floor(most));
  const power = 10 ** Math.floor(Math.log10(rough));
  const gap = power * ([1, 2, 2.5, 5].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(low / gap);
  return Array.from({ length: Math.max(0, Math.floor(high / gap) - first + 1) }, (_, i) => (first + i) * gap);
}
