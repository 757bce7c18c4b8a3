// The range of values that a chart shows when outliers are ignored: TensorBoard's 5th to 95th percentile.

/**
 * @param {Iterable<ArrayLike<number>>} lines the visible values of all visible curves
 * @param {{ ignore?: boolean, positive?: boolean, most?: number }} [options]
 *   `ignore` leaves out what lies beyond the percentiles; `positive` counts only what a log axis can show;
 *   of more values than `most` each second, fourth, ... of a curve is taken
 * @returns {[low: number, high: number] | null} null where no value is finite
 */
export function valueRange(lines, { ignore = true, positive = false, most = Infinity } = {}) {
  const values = finiteOf([...lines], positive ? 0 : Number.NEGATIVE_INFINITY, most);
  const last = values.length - 1;
  if (last < 0) return null;
  if (!ignore || last < 2) return extremes(values);
  return [select(values, Math.ceil(last * 0.05)), select(values, Math.floor(last * 0.95))];
}

/** @param {ArrayLike<number>[]} lines @param {number} above @param {number} most */
function finiteOf(lines, above, most) {
  const all = lines.reduce((sum, line) => sum + line.length, 0);
  // Always a power of two: a curve that grows keeps what was taken of it, and the axis doesn't tremble.
  const stride = all > most ? 2 ** Math.ceil(Math.log2(all / most)) : 1;
  const taken = new Float64Array(Math.ceil(all / stride) + lines.length);
  let count = 0;
  for (const line of lines)
    for (let i = 0; i < line.length; i += stride)
      if (line[i] > above && line[i] < Infinity) taken[count++] = line[i];
  return taken.subarray(0, count);
}

/** @param {Float64Array} values @returns {[number, number]} */
function extremes(values) {
  let [low, high] = [values[0], values[0]];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return [low, high];
}

/**
 * What would stand at a place if the values were sorted, in O(n); moves them about.
 * @param {Float64Array} values @param {number} place
 */
export function select(values, place) {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = middleOf(values[low], values[(low + high) >> 1], values[high]);
    let [i, j] = [low, high];
    while (i <= j) {
      while (values[i] < pivot) i++;
      while (values[j] > pivot) j--;
      if (i > j) break;
      const value = values[i];
      values[i] = values[j];
      values[j] = value;
      i++;
      j--;
    }
    if (place <= j) high = j;
    else if (place >= i) low = i;
    else break;
  }
  return values[place];
}

/** @param {number} a @param {number} b @param {number} c */
function middleOf(a, b, c) {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
