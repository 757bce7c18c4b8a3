// Pixels as the raster keeps them: colours multiplied with their alpha, column after column; and how they get to a canvas.

/** Of a pixel's alpha: what makes its colours, which are kept multiplied with it, as strong as a canvas wants them. */
const STRONGER = Float32Array.from({ length: 256 }, (_, alpha) => 255 / alpha);
/** Pixels, each way: a tile of them stays in the cache. */
const TILE = 32;

/** Columns to rows, in tiles that stay in the cache. @param {Uint32Array} from @param {Uint32Array} to @param {number} width @param {number} height */
export function turn(from, to, width, height) {
  for (let left = 0; left < width; left += TILE)
    for (let upper = 0; upper < height; upper += TILE) {
      const right = Math.min(width, left + TILE);
      const lower = Math.min(height, upper + TILE);
      for (let x = left; x < right; x++)
        for (let y = upper; y < lower; y++) to[y * width + x] = plain(from[x * height + y]);
    }
}

/** A pixel as a canvas keeps it. @param {number} pixel */
function plain(pixel) {
  const alpha = pixel >>> 24;
  if (alpha === 0 || alpha === 255) return pixel;
  const by = STRONGER[alpha];
  const red = Math.min(255, (pixel & 255) * by + 0.5) | 0;
  const green = Math.min(255, ((pixel >> 8) & 255) * by + 0.5) | 0;
  const blue = Math.min(255, ((pixel >> 16) & 255) * by + 0.5) | 0;
  return (alpha << 24) | (blue << 16) | (green << 8) | red;
}

/**
 * One colour behind another that may be partly transparent: red and blue at once, since neither spills into the other.
 * @param {number} front multiplied with its alpha, in the highest byte @param {number} ink @param {number} part of 256
 */
export function behind(front, ink, part) {
  const more = ((255 - (front >>> 24)) * part + 128) >> 8;
  const times = more + (more >> 7);
  const outer = ((Math.imul(ink & 0xff00ff, times) + 0x800080) >>> 8) & 0xff00ff;
  const inner = ((Math.imul((ink >> 8) & 255, times) + 128) >>> 8) << 8;
  return (front + (more << 24) + outer + inner) >>> 0;
}

/** @type {Map<string, number>} */
const inks = new Map();

/** A colour of the stylesheets as a pixel without alpha. @param {CanvasRenderingContext2D} ctx @param {string} color */
export function inkOf(ctx, color) {
  const known = inks.get(color);
  if (known !== undefined) return known;
  ctx.fillStyle = "#888888";
  ctx.fillStyle = color;
  const text = ctx.fillStyle;
  const parts = text.startsWith("#")
    ? [1, 3, 5].map((at) => Number.parseInt(text.slice(at, at + 2), 16))
    : (text.match(/\d+/g) ?? []).map(Number);
  const ink = (parts[0] | (parts[1] << 8) | (parts[2] << 16)) >>> 0;
  inks.set(color, ink);
  return ink;
}
