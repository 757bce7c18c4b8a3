// The frame around a chart: title, buttons, size, and whether it is in view. What is inside, a kind draws.

import { createScalars } from "../kinds/scalars.js";
import { openAxes } from "./axes.js";
import { h, iconButton, nameOf } from "./dom.js";
import { ICON as EXPORT, offer } from "./export.js";

/** @import { Board, CardFrame } from "./types.ts" */
/** @import { Card as Arranged } from "../math/pairs.js" */

const ICONS = {
  pin: "M9.5 2.5l4 4-2 .8-2.3 2.3-.4 3-1.6 1.6L2.8 9.8 4.4 8.2l3-.4 2.3-2.3zM5 11l-2.8 2.8",
  log: "M2.5 2v11.5H14M5 11c5 0 2-7.5 8.5-8",
  axes: "M2 5h5M11 5h3M9 3v4M2 11h2M8 11h6M6 9v4",
  fit: "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10",
  wide: "M1.5 8h13M4 5.5L1.5 8 4 10.5M12 5.5L14.5 8 12 10.5",
  full: "M9.5 6.5L14 2M10 2h4v4M6.5 9.5L2 14M2 10v4h4",
  join: "M2 4.5h5v7H2zM9 4.5h5v7H9M7 8h2",
  apart: "M6 3H3.5a2 2 0 00-2 2v6a2 2 0 002 2H6M10 3h2.5a2 2 0 012 2v6a2 2 0 01-2 2H10M8 1.5v13",
};

const NOTHING = { wall: Number.NEGATIVE_INFINITY, step: Number.NaN };

/**
 * @param {Board} board @param {Arranged} arranged
 * @param {{
 *   combine: (from: string, onto: CardFrame) => void, pick: (card: CardFrame) => void, apart: (card: CardFrame) => void,
 * }} acts
 * @returns {CardFrame}
 */
export function createCard(board, arranged, acts) {
  const { key } = arranged;
  const plot = h("div", { className: "tbnb-plot", tabIndex: 0, role: "group" });
  const heading = h("h3");
  const buttons = h("div", { className: "tbnb-buttons" });
  const header = h("header", { draggable: true }, heading, buttons);
  const error = h("p", { className: "tbnb-error", role: "alert", hidden: true });
  plot.append(error);
  const drawing = createScalars(board, plot, arranged);
  const element = h("article", { className: "tbnb-card", "data-tag": key }, header, plot, drawing.below);
  const pin = iconButton("Pin to the top", ICONS.pin, () => toggle("pinned"));
  const wide = iconButton("Full width", ICONS.wide, () => toggle("wide"));
  const log = iconButton("Logarithmic y", ICONS.log, () => {
    board.settings.setForTag(key, { y: board.settings.forTag(key, "y") === "log" ? "linear" : "log" });
  });
  const join = iconButton("Combine with another card: press this on both", ICONS.join, () => acts.pick(card));
  const apart = iconButton("Take apart", ICONS.apart, () => acts.apart(card));
  let size = { width: 0, height: 0 };
  let dressed = false;
  let drawn = NOTHING;

  function dress() {
    if (dressed) return;
    dressed = true;
    const { settings } = board;
    const saving = iconButton("Export", EXPORT, () =>
      offer(board, saving, [card], card.tags.join(" ") || "(empty)"),
    );
    saving.setAttribute("aria-haspopup", "menu");
    const axes = iconButton("Axes", ICONS.axes, () => openAxes(board.root, settings, axes, key));
    axes.setAttribute("aria-expanded", "false");
    buttons.append(
      apart,
      join,
      pin,
      log,
      axes,
      iconButton("Fit to the data", ICONS.fit, () => drawing.overlay.card.zoom(null, null)),
      saving,
      wide,
      iconButton("Full screen", ICONS.full, fullScreen),
    );
    press();
  }

  /** @param {Arranged} next with the same key */
  function arrange(next) {
    const { title, tags, second } = next;
    Object.assign(card, { tags, second });
    plot.setAttribute("aria-label", `Chart of ${title}`);
    heading.replaceChildren(nameOf(title));
    apart.hidden = tags.length + second.length === 1;
    drawing.arrange(next);
    press();
  }

  /** Whichever of its tags was chosen: the first may be another since. @param {"pinned" | "wide"} what */
  const isChosen = (what) => card.tags.some((tag) => board.settings.get(what).includes(tag));

  /** @param {"pinned" | "wide"} what */
  function toggle(what) {
    const others = board.settings.get(what).filter((tag) => !card.tags.includes(tag));
    board.settings.set(what, isChosen(what) ? others : [...others, key]);
    press();
  }

  /** What is on looks so, and says so. */
  function press() {
    pin.setAttribute("aria-pressed", String(isChosen("pinned")));
    wide.setAttribute("aria-pressed", String(isChosen("wide")));
    element.classList.toggle("tbnb-wide", isChosen("wide"));
    log.setAttribute("aria-pressed", String(board.settings.forTag(key, "y") === "log"));
  }

  function fullScreen() {
    if (element.matches(":fullscreen")) document.exitFullscreen();
    else element.requestFullscreen?.().catch(() => toggle("wide"));
  }

  /** One chart that fails leaves the others as they are, and there is no more to do for it. @param {() => boolean} act */
  function attempt(act) {
    try {
      error.hidden = true;
      return act();
    } catch (reason) {
      error.textContent = `This chart can’t be drawn: ${reason}`;
      error.hidden = false;
      console.error("tbnb:", reason);
      return true;
    }
  }

  header.addEventListener("dragstart", (event) => event.dataTransfer?.setData("text/x-tbnb-tag", key));
  element.addEventListener("dragover", (event) => {
    if (!event.dataTransfer?.types.includes("text/x-tbnb-tag")) return;
    event.preventDefault();
    element.classList.add("tbnb-drop");
  });
  element.addEventListener("dragleave", () => element.classList.remove("tbnb-drop"));
  element.addEventListener("drop", (event) => {
    element.classList.remove("tbnb-drop");
    const from = event.dataTransfer?.getData("text/x-tbnb-tag");
    if (!from || from === key) return;
    event.preventDefault();
    acts.combine(from, card);
  });

  /** @type {CardFrame} */
  const card = {
    key,
    tags: [],
    second: [],
    element,
    plot,
    drawing,
    visible: false,
    drawnAt: 0,
    newest: NOTHING,
    arrange,
    /** @param {boolean} picked */
    pick(picked) {
      element.classList.toggle("tbnb-picked", picked);
      join.setAttribute("aria-pressed", String(picked));
    },
    /** @param {boolean} visible */
    see(visible) {
      card.visible = visible;
      if (visible) dress();
    },
    /** @param {number} width @param {number} height */
    resize(width, height) {
      if (size.width === width && size.height === height) return false;
      size = { width, height };
      return true;
    },
    draw(urgent) {
      press();
      if (size.width < 40 || size.height < 40) return true;
      const draw = () => {
        drawn = drawing.draw(size.width, size.height, urgent);
        return false;
      };
      return attempt(draw) || card.proceed(0);
    },
    proceed(until) {
      const whole = attempt(() => drawing.proceed(until));
      if (whole) card.newest = drawn;
      return whole;
    },
    destroy() {
      drawing.destroy();
      element.remove();
    },
  };
  arrange(arranged);
  return card;
}
