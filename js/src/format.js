// Numbers, steps, durations and times as text, short enough for an axis or a table.

/** A value with as many digits as tell it from its neighbours. @param {number} value @param {number} [digits] */
export function number(value, digits = 5) {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1e6 || size < 1e-3)) return minus(trimmed(value.toExponential(digits - 1)));
  if (size >= 10 ** digits) return minus(value.toFixed(0));
  return minus(trimmed(value.toPrecision(digits)));
}

/** Steps are told in full. @param {number} value */
export function step(value) {
  return Number.isInteger(value) ? minus(value.toLocaleString("en-US")) : number(value, 7);
}

const UNITS = /** @type {[number, string][]} */ ([
  [86400, "d"],
  [3600, "h"],
  [60, "m"],
  [1, "s"],
]);

/** @param {number} seconds */
export function duration(seconds) {
  const sign = seconds < 0 ? "−" : "";
  const size = Math.abs(seconds);
  if (size > 0 && size < 0.01) return `${number(seconds, 2)}s`;
  if (size < 60) return `${sign}${trimmed(size.toFixed(size < 10 ? 2 : 1))}s`;
  let rest = Math.round(size);
  const words = [];
  for (const [unit, name] of UNITS) {
    const count = Math.floor(rest / unit);
    rest -= count * unit;
    if (count > 0 && words.length < 2) words.push(`${count}${name}`);
    else if (words.length > 0) break;
  }
  return sign + words.join(" ");
}

/** As short as it says which day it was. @param {number} seconds since 1970 */
export function clock(seconds, today = new Date()) {
  if (!Number.isFinite(seconds)) return "";
  const date = new Date(seconds * 1000);
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  if (date.toDateString() === today.toDateString()) return time;
  const day = `${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}`;
  return date.getFullYear() === today.getFullYear() ? day : `${date.getFullYear()}-${day}`;
}

/** The labels of an axis: all with the decimals that its spacing needs. @param {(number | null)[]} ticks */
export function ticks(ticks) {
  const shown = ticks.filter((value) => value !== null);
  const greatest = Math.max(...shown.map(Math.abs), 0);
  const gap = shown.length > 1 ? Math.abs(shown[1] - shown[0]) : greatest;
  return ticks.map((value) => (value === null ? "" : tick(value, gap, greatest)));
}

/** The labels of an axis whose ticks are powers. @param {(number | null)[]} ticks */
export function powers(ticks) {
  return ticks.map((value) => (value === null ? "" : tick(value, Math.abs(value), Math.abs(value))));
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The labels of an axis of times: the day where one begins, else the time as far as it tells. @param {number[]} ticks @param {number} gap */
export function times(ticks, gap) {
  return ticks.map((seconds) => {
    const date = new Date(Math.round(seconds * 1000));
    const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
    const [hours, minutes] = [date.getHours(), date.getMinutes()];
    if (gap >= 86400 || (gap >= 60 && hours === 0 && minutes === 0))
      return `${MONTHS[date.getMonth()]} ${date.getDate()}`;
    const time = `${two(hours)}:${two(minutes)}`;
    if (gap >= 60) return time;
    const second = date.getSeconds() + date.getMilliseconds() / 1000;
    return `${time}:${second.toFixed(decimals(gap)).padStart(gap < 1 ? 3 + decimals(gap) : 2, "0")}`;
  });
}

/** The labels of an axis of durations: all parts, down to what its spacing needs. @param {number[]} ticks @param {number} gap */
export function durations(ticks, gap) {
  const places = gap < 1 ? decimals(gap) : 0;
  return ticks.map((seconds) => {
    let rest = Number(Math.abs(seconds).toFixed(places));
    const words = UNITS.flatMap(([unit, name]) => {
      const count = unit === 1 ? rest.toFixed(places) : Math.floor(rest / unit);
      rest %= unit;
      return Number(count) > 0 ? [count + name] : [];
    });
    return words.length ? (seconds < 0 ? "−" : "") + words.join(" ") : "0s";
  });
}

/** The labels of a log axis, of numbers or of durations: those of less than a decade are told apart by their decimals. @param {number[]} values @param {boolean} [timed] */
export function logLabels(values, timed = false) {
  const [first, second] = values;
  const last = values[values.length - 1];
  const ratio = Math.max(first / last, last / first);
  const isNarrow = first * last > 0 && ratio <= 10 && values.length !== 2;
  if (timed) return isNarrow ? durations(values, second - first || first) : values.map(duration);
  return isNarrow ? ticks(values) : powers(values);
}

const SCALES = [
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
];

/** @param {number} value @param {number} gap @param {number} greatest */
function tick(value, gap, greatest) {
  if (value === 0) return "0";
  if (greatest >= 1e15 || greatest < 1e-3 || gap < 1e-6)
    return minus(trimmed(value.toExponential(decimals(gap / 10 ** Math.floor(Math.log10(Math.abs(value)))))));
  const [unit, name] = /** @type {[number, string]} */ (
    (greatest >= 1e4 && SCALES.find(([size]) => greatest >= Number(size))) || [1, ""]
  );
  return minus((value / unit).toFixed(decimals(gap / unit))) + name;
}

/** @param {number} gap */
function decimals(gap) {
  const exact = Math.max(0, Math.min(12, -Math.floor(Math.log10(gap) + 1e-9)));
  // 0.25 needs one more than its magnitude says.
  const more = Math.abs(gap * 10 ** exact - Math.round(gap * 10 ** exact)) > 1e-6 ? 1 : 0;
  return Math.min(12, exact + more);
}

/** @param {string} text */
function trimmed(text) {
  return text.replace(/(\.\d*?)0+(e|$)/, "$1$2").replace(/\.(e|$)/, "$1");
}

/** @param {string} text */
function minus(text) {
  return text.replace("e+", "e").replace("-", text.includes("e-") && !text.startsWith("-") ? "-" : "−");
}
