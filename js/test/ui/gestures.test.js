import { expect, test } from "vitest";
import { attachGestures } from "../../src/ui/gestures.js";

test("a pan that the browser breaks off goes back to where it began, and ends there", () => {
  const element = Object.assign(new EventTarget(), { setPointerCapture: () => {} });
  /** @type {unknown[]} */
  const drags = [];
  attachGestures(/** @type {any} */ (element), {
    area: () => /** @type {any} */ ({ left: 0, top: 0, width: 100, height: 100 }),
    hover: () => {},
    click: () => {},
    drag: (from, to, kind, done) => drags.push([from.left, to.left, kind, done]),
    zoom: () => {},
    reset: () => {},
    key: () => false,
  });
  const point = (/** @type {string} */ type, /** @type {number} */ clientX) =>
    element.dispatchEvent(
      Object.assign(new Event(type), { button: 0, shiftKey: true, clientX, clientY: 50 }),
    );

  point("pointerdown", 10);
  point("pointermove", 40);
  point("pointercancel", 40);

  expect(drags).toEqual([
    [10, 40, "pan", false],
    [10, 10, "pan", true],
  ]);
});
