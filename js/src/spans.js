// The exact points that the page holds of one series: stretches of consecutive points, in order, no two that touch.

/** @typedef {{ step: Float64Array, wall: Float64Array, value: Float64Array }} Points */

class Span {
  /** @param {number} start @param {Points} points */
  constructor(start, points) {
    this.start = start;
    this.length = points.step.length;
    this.points = { step: owned(points.step), wall: owned(points.wall), value: owned(points.value) };
  }

  get end() {
    return this.start + this.length;
  }

  /** @param {Points} points @param {number} from @param {number} to */
  append(points, from, to) {
    const length = this.length + to - from;
    if (length > this.points.step.length) this.#grow(Math.max(length, Math.ceil(this.length * 1.5)));
    this.points.step.set(points.step.subarray(from, to), this.length);
    this.points.wall.set(points.wall.subarray(from, to), this.length);
    this.points.value.set(points.value.subarray(from, to), this.length);
    this.length = length;
  }

  /** What is left of it from a point on. @param {number} from */
  from(from) {
    const { step, wall, value } = this.views();
    const skipped = Math.max(0, from - this.start);
    return new Span(this.start + skipped, {
      step: step.subarray(skipped),
      wall: wall.subarray(skipped),
      value: value.subarray(skipped),
    });
  }

  /** @param {number} capacity */
  #grow(capacity) {
    this.points = {
      step: grown(this.points.step, capacity),
      wall: grown(this.points.wall, capacity),
      value: grown(this.points.value, capacity),
    };
  }

  /** @returns {Points} */
  views() {
    const { step, wall, value } = this.points;
    return {
      step: step.subarray(0, this.length),
      wall: wall.subarray(0, this.length),
      value: value.subarray(0, this.length),
    };
  }
}

/** As it is where it has its memory for itself: what the wire decoded stands on no one else's. @param {Float64Array} array */
function owned(array) {
  return array.byteLength === array.buffer.byteLength ? array : array.slice();
}

/** @param {Float64Array} array @param {number} capacity */
function grown(array, capacity) {
  const larger = new Float64Array(capacity);
  larger.set(array);
  return larger;
}

export class Spans {
  /** @type {Span[]} */
  list = [];
  /** Points held. */
  count = 0;

  /** Take in the points from index `start` on; those held already stay. @param {number} start @param {Points} points */
  put(start, points) {
    const end = start + points.step.length;
    const before = this.count;
    for (let at = start; at < end; ) {
      const place = this.#after(at);
      const span = this.list[place];
      if (span && span.start <= at) {
        at = span.end;
        continue;
      }
      const stop = span ? Math.min(end, span.start) : end;
      this.#add(place, at, points, at - start, stop - start);
      at = stop;
    }
    return this.count - before;
  }

  /** The place of the first span that ends behind `index`. @param {number} index */
  #after(index) {
    let place = this.list.length;
    while (place > 0 && this.list[place - 1].end > index) place--;
    return place;
  }

  /** Points into the hole before the span at `place`.
   * @param {number} place @param {number} at @param {Points} points @param {number} from @param {number} to */
  #add(place, at, points, from, to) {
    this.count += to - from;
    const left = this.list[place - 1];
    if (left?.end === at) {
      left.append(points, from, to);
      this.#join(place);
      return;
    }
    const { step, wall, value } = points;
    const part = {
      step: step.subarray(from, to),
      wall: wall.subarray(from, to),
      value: value.subarray(from, to),
    };
    this.list.splice(place, 0, new Span(at, part));
    this.#join(place + 1);
  }

  /** Make one of the spans on both sides of `place` where they touch. @param {number} place */
  #join(place) {
    const [left, right] = [this.list[place - 1], this.list[place]];
    if (!right || left.end !== right.start) return;
    left.append(right.points, 0, right.length);
    this.list.splice(place, 1);
  }

  /** The stretches from `start` to `end` that aren't held. @param {number} start @param {number} end */
  gaps(start, end) {
    /** @type {[number, number][]} */
    const found = [];
    let at = start;
    for (const span of this.list) {
      if (span.end <= at || span.start >= end) continue;
      if (span.start > at) found.push([at, span.start]);
      at = span.end;
    }
    if (at < end) found.push([at, end]);
    return found;
  }

  /** Let go of the points before an index, but for the spans of a stretch. @param {number} index @param {[number, number]} spared */
  forget(index, [low, high] = [0, 0]) {
    this.list = this.list
      .filter((span) => span.end > index || (span.start < high && span.end > low))
      .map((span) => (span.start < index && span.end > index ? span.from(index) : span));
    this.count = this.list.reduce((count, span) => count + span.length, 0);
  }

  /** How many of the points `start` to `end` are held. @param {number} start @param {number} end */
  heldWithin(start, end) {
    let held = 0;
    for (const span of this.list) held += Math.max(0, Math.min(end, span.end) - Math.max(start, span.start));
    return held;
  }
}
