// Keys that work wherever the focus is in the dashboard; none goes on to the notebook.

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
  root.addEventListener("keydown", key);
  return () => root.removeEventListener("keydown", key);
}

/** @param {KeyboardEvent} event */
function isWriting({ target }) {
  return /** @type {HTMLElement} */ (target).matches(
    "select, textarea, [contenteditable], input:not([type='checkbox'], [type='range'])",
  );
}
