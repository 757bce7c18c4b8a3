// A box with fields beside a button, until something else is clicked.

import { h } from "./dom.js";
import { createForm } from "./form.js";
import { place } from "./menu.js";

/** @import { Settings } from "../types.ts" */

/**
 * @param {HTMLElement} root @param {Settings} settings @param {HTMLElement} button @param {string} label
 * @param {(form: ReturnType<typeof createForm>) => HTMLElement} make what stands in it
 */
export function openPopup(root, settings, button, label, make) {
  if (button.getAttribute("aria-expanded") === "true") return;
  const form = createForm(settings);
  const popup = h(
    "div",
    { className: "tbnb-popup", role: "dialog", "aria-label": label, ontoggle: closed },
    make(form),
  );
  popup.popover = "auto";
  root.append(popup);
  popup.showPopover();
  place(popup, button);
  button.setAttribute("aria-expanded", "true");
  /** @type {HTMLElement | null} */ (popup.querySelector("select, input"))?.focus({ preventScroll: true });

  /** @param {Event} event */
  function closed(event) {
    if (/** @type {ToggleEvent} */ (event).newState !== "closed") return;
    button.setAttribute("aria-expanded", "false");
    form.destroy();
    popup.remove();
  }
}
