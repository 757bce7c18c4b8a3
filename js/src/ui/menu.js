// A menu at a button: arrow keys, Escape, and it closes where something else is clicked.

import { focusedNear, h } from "./dom.js";

/** @typedef {{ label: string, act: () => unknown }} Item */

/** The one that is open. @type {(() => void) | null} */
let closeOpen = null;

/**
 * @param {HTMLElement} root where the menu's style comes from @param {HTMLElement} button @param {string} label
 * @param {Item[]} items @param {string} note under them; "" for none
 */
export function openMenu(root, button, label, items, note) {
  const wasMine = button.getAttribute("aria-expanded") === "true";
  closeOpen?.();
  if (wasMine) return;
  const rows = items.map(({ label, act }) =>
    h("button", {
      type: "button",
      role: "menuitem",
      tabIndex: -1,
      textContent: label,
      onclick: () => chosen(act),
    }),
  );
  const list = h("div", { role: "menu", "aria-label": label, onkeydown: keys }, ...rows);
  const menu = h("div", { className: "tbnb-menu", onfocusout: left }, list);
  if (note) menu.append(h("p", { textContent: note }));
  root.append(menu);
  // Above all else, where the browser can: an output may be lower than its menu.
  menu.popover = "manual";
  menu.showPopover?.();
  place(menu, button);
  button.setAttribute("aria-expanded", "true");
  document.addEventListener("pointerdown", outside, true);
  closeOpen = close;
  rows[0].focus({ preventScroll: true });

  /** @param {() => unknown} act */
  function chosen(act) {
    close();
    button.focus({ preventScroll: true });
    act();
  }

  function close() {
    closeOpen = null;
    document.removeEventListener("pointerdown", outside, true);
    button.setAttribute("aria-expanded", "false");
    menu.remove();
  }

  /** @param {Event} event */
  function outside(event) {
    const target = /** @type {Node} */ (event.target);
    if (!menu.contains(target) && !button.contains(target)) close();
  }

  /** @param {FocusEvent} event */
  function left({ relatedTarget }) {
    if (relatedTarget && !menu.contains(/** @type {Node} */ (relatedTarget)) && relatedTarget !== button)
      close();
  }

  /** @param {KeyboardEvent} event */
  function keys(event) {
    const at = rows.indexOf(/** @type {any} */ (focusedNear(menu)));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 + rows.length, Home: 0, End: rows.length - 1 }[event.key];
    if (to !== undefined) rows[to % rows.length].focus();
    if (event.key === "Escape" || event.key === "Tab") close();
    if (event.key === "Escape") button.focus({ preventScroll: true });
    if (to === undefined && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
  }
}

/** Below the button, or above it where there is more room; never over the window's edge. @param {HTMLElement} menu @param {HTMLElement} button */
export function place(menu, button) {
  const at = button.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  const below = at.bottom + 4;
  const top = below + height <= innerHeight ? below : Math.max(4, at.top - height - 4);
  const left = Math.max(4, Math.min(at.left, innerWidth - width - 4));
  Object.assign(menu.style, { top: `${top}px`, left: `${left}px` });
}
