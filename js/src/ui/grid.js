// Cards in collapsible groups by prefix, pins first; a card that is out of view costs nothing.

import { arrange } from "../math/pairs.js";
import { readRegex } from "../regex.js";
import { createCard } from "./card.js";
import { h } from "./dom.js";

/** @import { Board, CardFrame } from "./types.ts" */
/** @import { Card as Arranged } from "../math/pairs.js" */

/** Charts out of view that are kept for scrolling back. */
const KEPT = 40;
/** No tag has this prefix. */
const PINNED = "/";

/**
 * @param {Board} board
 * @param {{ request: (card: CardFrame, urgent: boolean) => void, forget: (card: CardFrame) => void }} frames
 */
export function createGrid(board, frames) {
  const element = h("div", { className: "tbnb-groups" });
  /** By their keys. @type {Map<string, CardFrame>} */
  const cards = new Map();
  /** @type {Map<string, CardFrame[]>} */
  const ofTag = new Map();
  /** @type {Map<Element, CardFrame>} */
  const ofElement = new Map();
  /** @type {Map<string, ReturnType<typeof createGroup>>} */
  const groups = new Map();
  /** @type {CardFrame | null} */
  let picked = null;
  /** @type {Set<CardFrame>} in order of their leaving */
  const left = new Set();

  const sizes = new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) {
      const card = ofElement.get(target);
      if (card?.resize(Math.floor(contentRect.width), Math.floor(contentRect.height)))
        frames.request(card, true);
    }
  });
  const sights = new IntersectionObserver(
    (entries) => {
      for (const { target, isIntersecting } of entries) seen(ofElement.get(target), isIntersecting);
    },
    { rootMargin: "120px" },
  );

  /** @param {CardFrame | undefined} card @param {boolean} visible */
  function seen(card, visible) {
    if (!card || card.visible === visible) return;
    card.see(visible);
    if (visible) {
      left.delete(card);
      sizes.observe(card.plot);
      frames.request(card, true);
    } else {
      sizes.unobserve(card.plot);
      left.add(card);
      for (const oldest of left) {
        if (left.size <= KEPT) break;
        left.delete(oldest);
        oldest.drawing.release();
        frames.request(oldest, false);
      }
    }
  }

  /** Cards and groups as tags and settings want them; those that stay are the same elements. */
  function sync() {
    const { settings } = board;
    const filter = readRegex(settings.get("tagsFilter"));
    const wanted = arrange(
      [...board.tags()].filter((tag) => filter.matches(tag)),
      {
        pairs: settings.get("pairs"),
        combined: settings.get("combined"),
        apart: settings.get("apart"),
      },
    );
    const keys = new Set(wanted.map(({ key }) => key));
    for (const card of cards.values()) if (!keys.has(card.key)) drop(card);
    ofTag.clear();
    /** @type {Map<string, CardFrame[]>} */
    const sections = new Map();
    const pinned = settings.get("pinned");
    const isPinned = (/** @type {Arranged} */ { tags }) => tags.some((tag) => pinned.includes(tag));
    if (wanted.some(isPinned)) sections.set(PINNED, []);
    for (const one of wanted) {
      const card = cards.get(one.key) ?? make(one);
      if (partsOf(card) !== partsOf(one)) card.arrange(one);
      for (const tag of [...one.tags, ...one.second]) put(ofTag, tag, card);
      put(sections, isPinned(one) ? PINNED : prefixOf(one.key), card);
    }
    place(sections);
  }

  /** @param {Arranged} one */
  function make(one) {
    const card = createCard(board, one, { combine, pick, apart });
    cards.set(card.key, card);
    ofElement.set(card.plot, card);
    ofElement.set(card.element, card);
    sights.observe(card.element);
    return card;
  }

  /** @param {CardFrame} card */
  function drop(card) {
    cards.delete(card.key);
    left.delete(card);
    if (picked === card) picked = null;
    for (const part of [card.plot, card.element]) ofElement.delete(part);
    sights.unobserve(card.element);
    sizes.unobserve(card.plot);
    frames.forget(card);
    card.destroy();
  }

  /** @param {Map<string, CardFrame[]>} sections */
  function place(sections) {
    for (const [name, group] of groups) {
      if (sections.has(name)) continue;
      group.element.remove();
      groups.delete(name);
    }
    const elements = [...sections].map(([name, list]) => {
      const group = groups.get(name) ?? createGroup(board, name);
      groups.set(name, group);
      group.fill(list, board.settings.get("collapsed").includes(name));
      return group.element;
    });
    arrangeChildren(element, elements);
    sift();
  }

  /** Leaves out cards that have nothing to show, if that's wished. */
  function sift() {
    const all = !board.settings.get("hideEmpty");
    const shows = (/** @type {CardFrame} */ { tags }) =>
      all || tags.some((tag) => board.curves(tag).some(({ series }) => board.sees(series.run)));
    for (const group of groups.values()) group.sift(shows);
  }

  /** @param {string} from @param {CardFrame} onto */
  function combine(from, onto) {
    const { settings } = board;
    const moving = cards.get(from)?.tags ?? [from];
    const together = [...onto.tags, ...moving];
    const others = settings.get("combined").map((tags) => tags.filter((tag) => !together.includes(tag)));
    settings.update({
      combined: [...others.filter((tags) => tags.length > 1), together],
      apart: settings.get("apart").filter((tag) => !together.includes(tag)),
    });
  }

  /** The first of two that are to stand together, then the second: the keyboard's way to drag. @param {CardFrame} card */
  function pick(card) {
    const first = picked;
    picked = first ? null : card;
    first?.pick(false);
    picked?.pick(true);
    if (first && first !== card) combine(first.key, card);
  }

  /** @param {CardFrame} card */
  function apart(card) {
    const { settings } = board;
    settings.update({
      combined: settings.get("combined").filter((tags) => !tags.some((tag) => card.tags.includes(tag))),
      apart: [...new Set([...settings.get("apart"), ...card.tags])],
    });
  }

  return {
    element,
    sync,
    sift,
    /** @param {string} tag */
    cardsOf: (tag) => ofTag.get(tag) ?? [],
    all: () => cards.values(),
    /** As they stand on the page. */
    inOrder: () => [...element.querySelectorAll(".tbnb-card")].flatMap((card) => ofElement.get(card) ?? []),
    *inView() {
      for (const card of cards.values()) if (card.visible) yield card;
    },
    destroy() {
      sights.disconnect();
      sizes.disconnect();
      for (const card of cards.values()) card.destroy();
    },
  };
}

/** @param {Board} board @param {string} name */
function createGroup(board, name) {
  const count = h("span", { className: "tbnb-count" });
  const toggle = h(
    "button",
    { type: "button", className: "tbnb-fold", onclick: fold },
    h("span", { textContent: name === PINNED ? "Pinned" : name || "Scalars" }),
    count,
  );
  const grid = h("div", { className: "tbnb-grid" });
  const element = h("section", { className: "tbnb-group" }, h("h2", {}, toggle), grid);

  function fold() {
    const before = board.settings.get("collapsed");
    const after = before.includes(name) ? before.filter((one) => one !== name) : [...before, name];
    board.settings.set("collapsed", after);
  }

  /** @type {CardFrame[]} */
  let filled = [];

  /** @param {(card: CardFrame) => boolean} shows */
  function sift(shows) {
    let shown = 0;
    for (const card of filled) {
      card.element.hidden = !shows(card);
      if (!card.element.hidden) shown++;
    }
    element.hidden = shown === 0;
    element.classList.toggle("tbnb-single", shown === 1);
    count.textContent = String(shown);
  }

  /** @param {CardFrame[]} cards @param {boolean} closed */
  function fill(cards, closed) {
    filled = cards;
    grid.hidden = closed;
    toggle.setAttribute("aria-expanded", String(!closed));
    arrangeChildren(
      grid,
      cards.map((card) => card.element),
    );
  }

  return { element, fill, sift };
}

/** Puts children in order, touching only those that are out of place. @param {HTMLElement} parent @param {HTMLElement[]} children */
function arrangeChildren(parent, children) {
  let at = parent.firstElementChild;
  for (const child of children) {
    if (child === at) at = at.nextElementSibling;
    else parent.insertBefore(child, at);
  }
  while (at) {
    const next = at.nextElementSibling;
    at.remove();
    at = next;
  }
}

/** @param {Pick<Arranged, "tags" | "second">} card */
function partsOf({ tags, second }) {
  return JSON.stringify([tags, second]);
}

/** @param {string} tag */
function prefixOf(tag) {
  const slash = tag.indexOf("/");
  return slash > 0 ? tag.slice(0, slash) : "";
}

/** @param {Map<string, CardFrame[]>} map @param {string} key @param {CardFrame} card */
function put(map, key, card) {
  const list = map.get(key);
  if (list) list.push(card);
  else map.set(key, [card]);
}
