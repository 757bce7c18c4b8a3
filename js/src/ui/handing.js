// What leaves the page: files by a link that is clicked, text by the clipboard.

import { h } from "./dom.js";

/** How long a file's address stays good: some browsers begin to read it late, in ms. */
const GRACE = 60_000;

/** @param {Blob} blob @param {string} name */
export function save(blob, name) {
  const href = URL.createObjectURL(blob);
  const link = h("a", { href, download: name, hidden: true });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(href), GRACE);
}

/** Whether the clipboard took it: a frame may be forbidden to write there. @param {string} text */
export async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
