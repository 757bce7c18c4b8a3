import { expect, test } from "vitest";
import { arrange } from "../../src/math/pairs.js";

/** @param {string[]} tags @param {Parameters<typeof arrange>[1]} [settings] */
const cards = (tags, settings) => arrange(tags, settings).map(({ tags, second }) => [tags, second]);

test("the learning rate stands on the second axis of each loss, and keeps its own card", () => {
  expect(cards(["loss", "lr", "acc"])).toEqual([
    [["loss"], ["lr"]],
    [["lr"], []],
    [["acc"], []],
  ]);
});

test("who puts the learning rate on a loss has it there once", () => {
  expect(cards(["loss", "lr"], { combined: [["loss", "lr"]] })).toEqual([[["loss", "lr"], []]]);
});
