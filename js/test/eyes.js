// How eyes see colours: WCAG's contrast, and distances in OKLab for normal and colour-blind sight (Machado et al. 2009).

const SIGHT = {
  normal: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protan: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deutan: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritan: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
};
const TO_LMS = [
  0.4122214708, 0.5363325363, 0.0514459929, 0.2119034982, 0.6806995451, 0.1073969566, 0.0883024619,
  0.2817188376, 0.6299787005,
];
const TO_LAB = [
  0.2104542553, 0.793617785, -0.0040720468, 1.9779984951, -2.428592205, 0.4505937099, 0.0259040371,
  0.7827717662, -0.808675766,
];

/** @param {string} a @param {string} b */
export function contrast(a, b) {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high + 0.05) / (low + 0.05);
}

/** @param {string} a @param {string} b @param {keyof typeof SIGHT} sight */
export function distance(a, b, sight) {
  const [p, q] = [a, b].map((color) => oklab(times(SIGHT[sight], linear(color))));
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

/** @param {string} color */
function luminance(color) {
  const [r, g, b] = linear(color);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** @param {string} color */
function linear(color) {
  return [1, 3, 5]
    .map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
}

/** @param {number[]} rgb */
function oklab(rgb) {
  const clipped = rgb.map((part) => Math.min(1, Math.max(0, part)));
  return times(TO_LAB, times(TO_LMS, clipped).map(Math.cbrt));
}

/** @param {number[]} matrix @param {number[]} vector */
function times(matrix, [x, y, z]) {
  return [0, 3, 6].map((row) => matrix[row] * x + matrix[row + 1] * y + matrix[row + 2] * z);
}
