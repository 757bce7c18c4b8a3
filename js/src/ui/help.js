// Keys and gestures, told over the dashboard.

import { h, icon } from "./dom.js";
import { textButton } from "./form.js";

/** @import { Context, Panel } from "./layout.js" */

const CHAPTERS = {
  "On a chart": [
    ["Drag", "Zoom into what is framed"],
    ["Shift + drag", "Move the view"],
    ["Ctrl + wheel", "Zoom at the pointer"],
    ["Double click, 0", "Fit to the data"],
    ["Click, Enter", "Hold the tooltip, let it go"],
    ["Alt + drag, drag on the x axis", "Select a range on all charts"],
    ["Alt + click, s", "Select a step on all charts"],
    ["← →", "Point by point; with Shift ten at once"],
    ["+ −", "Zoom in, zoom out"],
    ["Drag a title onto another", "Two charts in one"],
  ],
  "In the list of runs": [
    ["↑ ↓ Home End", "From run to run"],
    ["← →", "Between a run’s colour, box and button"],
    ["Space", "Show or hide"],
    ["o", "Only this run; again: all"],
  ],
  Everywhere: [
    ["/", "Filter tags"],
    ["r", "Runs"],
    [",", "Options"],
    ["?", "This help"],
    ["Escape", "Close what is open"],
  ],
};

/** @param {Context} context @returns {Panel} */
export function createHelp({ root }) {
  const close = textButton("Close", () => dialog.close());
  const dialog = h(
    "dialog",
    { className: "tbnb-help", "aria-label": "Keys and gestures", onclick: closeOutside, onkeydown: keep },
    h(
      "div",
      {},
      ...Object.entries(CHAPTERS).map(([title, rows]) => chapter(title, rows)),
      h("div", { className: "tbnb-row" }, close),
    ),
  );
  const button = h(
    "button",
    { type: "button", className: "tbnb-icon", title: "Keys and gestures (?)", onclick: open },
    icon("M5.5 6a2.5 2.5 0 115 0c0 1.7-2.5 1.8-2.5 3.8M8 12.6v.2"),
  );
  button.setAttribute("aria-label", "Keys and gestures");
  root.append(dialog);

  function open() {
    if (!dialog.open) dialog.showModal();
  }

  /** The dialog's own surface is behind its content. @param {MouseEvent} event */
  function closeOutside(event) {
    if (event.target === dialog) dialog.close();
  }

  /** @param {KeyboardEvent} event */
  function keep(event) {
    event.stopPropagation();
  }

  return { element: button, update() {}, keys: { "?": open }, destroy: () => dialog.remove() };
}

/** @param {string} title @param {string[][]} rows */
function chapter(title, rows) {
  const list = h("dl");
  for (const [keys, effect] of rows)
    list.append(h("dt", { textContent: keys }), h("dd", { textContent: effect }));
  return h("section", {}, h("h3", { textContent: title }), list);
}
