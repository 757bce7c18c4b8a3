// The whole dashboard on the whole screen; where a frame forbids that, as tall as its charts.

import { h, icon } from "./dom.js";

/** @import { Context, Panel } from "./layout.js" */

const OUT = "M9.5 6.5L14 2M10 2h4v4M6.5 9.5L2 14M2 10v4h4";

/** @param {Context} context @returns {Panel} */
export function createExpand({ root }) {
  const button = h("button", { type: "button", className: "tbnb-icon", onclick: toggle }, icon(OUT));
  const life = new AbortController();
  document.addEventListener("fullscreenchange", show, { signal: life.signal });
  show();

  const isFull = () => document.fullscreenElement === root || root.matches(":fullscreen");

  async function toggle() {
    if (isFull()) return document.exitFullscreen();
    if (root.classList.contains("tbnb-tall")) root.classList.remove("tbnb-tall");
    else await root.requestFullscreen().catch(() => root.classList.add("tbnb-tall"));
    show();
  }

  function show() {
    const large = root.matches(":fullscreen, .tbnb-tall");
    button.title = large ? "Back into the notebook" : "Full screen";
    button.setAttribute("aria-label", button.title);
    button.setAttribute("aria-pressed", String(large));
  }

  return { element: button, update() {}, destroy: () => life.abort() };
}
