// Keys that work wherever the focus is in the dashboard; none goes on to the notebook.

import { focusedNear } from "./dom.js";

/** @param {HTMLElement} root @param {Record<string, () => void>} acts @returns {() => void} which ends it */
export function listen(root, acts) {
  /** @param {KeyboardEvent} event */
  function key(event) {
    event.stopPropagation();
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isWriting(event)) return;
    if (!Object.hasOwn(acts, event.key)) return;
    event.preventDefault();
    acts[event.key]();
  }
  /** What is pressed may move, hide or vanish: the focus stays, else the notebook has it and its shortcuts. @param {Event} event */
  function keep(event) {
    if (isIn(root, focusedNear(root))) return;
    const pressed = /** @type {HTMLElement} */ (event.target).closest("button");
    (pressed && isIn(root, pressed) ? pressed : root).focus({ preventScroll: true });
  }

  root.addEventListener("keydown", key);
  root.addEventListener("click", keep);
  return () => {
    root.removeEventListener("keydown", key);
    root.removeEventListener("click", keep);
  };
}

/** Whether it's there to be seen. @param {HTMLElement} root @param {HTMLElement | null} element */
function isIn(root, element) {
  return root.contains(element) && (element?.checkVisibility?.() ?? true);
}

/** @param {KeyboardEvent} event */
function isWriting({ target }) {
  return /** @type {HTMLElement} */ (target).matches(
    "select, textarea, [contenteditable], input:not([type='checkbox'], [type='range'])",
  );
}
