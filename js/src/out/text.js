// Text for a file that other programs read: escaped for XML, cut to a width, and names that a disk takes.

const SPECIAL = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
/** What XML can't hold, lone surrogates among it. */
const FORBIDDEN = /[\p{Cc}\p{Surrogate}\uFFFE\uFFFF]/gu;

/** A name as text, whatever it's made of. @param {string} text */
export function escaped(text) {
  return text
    .replace(FORBIDDEN, "\uFFFD")
    .replace(/[&<>"']/g, (letter) => SPECIAL[/** @type {keyof typeof SPECIAL} */ (letter)]);
}

/** About how wide a text is: no canvas is asked, so that a file looks the same everywhere. @param {string} text @param {number} size of its letters */
export function widthOf(text, size) {
  let width = 0;
  for (const letter of text) width += /[\u1100-\uFFEF]|[\u{1F000}-\u{3FFFF}]/u.test(letter) ? 1.05 : 0.6;
  return width * size;
}

/** Cut in its middle where it's too wide: its end stays, which tells it from its like. @param {string} text @param {number} size @param {number} width */
export function fitted(text, size, width) {
  if (widthOf(text, size) <= width) return text;
  const letters = [...text];
  const room = Math.max(4, Math.floor((letters.length * width) / widthOf(text, size)) - 1);
  const tail = Math.floor(room * 0.4);
  return `${letters.slice(0, room - tail).join("")}…${letters.slice(letters.length - tail).join("")}`;
}

/** A file's name of words, on any disk. @param {string[]} words @param {string} ending */
export function fileName(words, ending) {
  const safe = words.map((word) => word.replace(/[^\p{L}\p{N}._=+-]+/gu, "_").replace(/^[._]+|[._]+$/g, ""));
  return `${safe.filter(Boolean).join("-").slice(0, 120) || "tbnb"}.${ending}`;
}
