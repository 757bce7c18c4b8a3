// What a pointer, a wheel and keys do on a chart, told as intents in pixels of the plotting area.

/**
 * @typedef {{ left: number, top: number }} Spot
 * @typedef {{
 *   area: () => DOMRect | null,
 *   hover: (spot: Spot | null) => void,
 *   click: (spot: Spot) => void,
 *   drag: (from: Spot, to: Spot, kind: DragKind, done: boolean) => void,
 *   zoom: (at: Spot, factor: number) => void,
 *   reset: () => void,
 *   key: (name: string, event: KeyboardEvent) => boolean,
 * }} Intents
 * @typedef {"zoom" | "pan" | "select"} DragKind
 */

/** A drag begins after so many pixels; before, it is a click. */
const STILL = 4;

/** @param {HTMLElement} element @param {Intents} intents @returns {() => void} which takes them away */
export function attachGestures(element, intents) {
  /** @type {{ from: Spot, kind: DragKind, moved: boolean, id: number } | null} */
  let drag = null;
  const life = new AbortController();
  const on = (/** @type {string} */ type, /** @type {(event: any) => void} */ listener) =>
    element.addEventListener(type, listener, { signal: life.signal, passive: false });

  /** @param {MouseEvent} event @returns {Spot} */
  function spotOf(event) {
    const area = intents.area() ?? element.getBoundingClientRect();
    return { left: event.clientX - area.left, top: event.clientY - area.top };
  }

  /** @param {PointerEvent} event */
  function down(event) {
    if (event.button !== 0) return;
    const from = spotOf(event);
    drag = { from, kind: kindOf(event, from), moved: false, id: event.pointerId };
  }

  /** @param {PointerEvent} event @param {Spot} from @returns {DragKind} */
  function kindOf(event, from) {
    if (event.shiftKey) return "pan";
    const below = from.top > (intents.area()?.height ?? Number.POSITIVE_INFINITY);
    return event.altKey || below ? "select" : "zoom";
  }

  /** @param {PointerEvent} event */
  function move(event) {
    const to = spotOf(event);
    if (!drag) return intents.hover(to);
    if (!drag.moved && Math.hypot(to.left - drag.from.left, to.top - drag.from.top) < STILL) return;
    if (!drag.moved) element.setPointerCapture(drag.id);
    drag.moved = true;
    intents.drag(drag.from, to, drag.kind, false);
  }

  /** @param {PointerEvent} event */
  function up(event) {
    if (!drag) return;
    const { from, kind, moved } = drag;
    drag = null;
    if (moved) intents.drag(from, spotOf(event), kind, true);
    else if (kind === "select") intents.drag(from, from, kind, true);
    else intents.click(from);
  }

  /** What was panned goes back; a zoom of no size, or a selection's, is none. */
  function cancel() {
    if (drag?.moved) intents.drag(drag.from, drag.from, drag.kind === "pan" ? "pan" : "zoom", true);
    drag = null;
  }

  /** Without Ctrl the wheel is the page's. @param {WheelEvent} event */
  function wheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const pixels = event.deltaMode === 1 ? event.deltaY * 30 : event.deltaY;
    intents.zoom(spotOf(event), Math.exp(Math.max(-200, Math.min(200, pixels)) * 0.003));
  }

  /** @param {KeyboardEvent} event */
  function key(event) {
    if (event.target !== element || !intents.key(event.key, event)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  on("pointerdown", down);
  on("pointermove", move);
  on("pointerup", up);
  on("pointercancel", cancel);
  on("pointerleave", () => drag || intents.hover(null));
  on("dblclick", () => intents.reset());
  on("wheel", wheel);
  on("keydown", key);
  return () => life.abort();
}
