import { expect, test } from "vitest";
import { axisOf } from "../src/out/axis.js";
import { escaped, fileName, fitted, widthOf } from "../src/out/text.js";

test("a name is text in XML, whatever it is made of", () => {
  expect(escaped(`<b a="1">&'`)).toBe("&lt;b a=&quot;1&quot;&gt;&amp;&#39;");
  expect(escaped("a\u0000b\uD800c\uFFFFd😀")).toBe("a\uFFFDb\uFFFDc\uFFFDd😀");
});

test("a text that is too wide is cut in its middle, between letters", () => {
  expect(fitted("short", 12, 100)).toBe("short");
  const cut = fitted(`${"😀".repeat(50)}/the-end`, 12, 120);
  expect(cut).toMatch(/^😀+…end$/u);
  expect(widthOf(cut, 12)).toBeLessThan(130);
});

test("a file's name is one on any disk", () => {
  expect(fileName(["runs", "train/loss: 1 <b>"], "csv")).toBe("runs-train_loss_1_b.csv");
  expect(fileName(["..", "/"], "svg")).toBe("tbnb.svg");
  expect(fileName(["Verlust/größe", ""], "png")).toBe("Verlust_größe.png");
  expect(fileName(["x".repeat(500)], "csv").length).toBe(124);
});

test("ticks stand at round numbers in the axis' unit, and where their values do", () => {
  const say = (/** @type {ReturnType<typeof axisOf>} */ { ticks }) =>
    ticks.map(({ at, label }) => [Math.round(at), label]);
  expect(say(axisOf({ low: 0, high: 1 }, "linear", "number", 100, -100, 30))).toEqual([
    ...[
      [100, "0"],
      [50, "0.5"],
      [0, "1.0"],
    ],
  ]);
  expect(say(axisOf({ low: 0, high: 3 }, "linear", "whole", 0, 300, 20)).map(([, label]) => label)).toEqual([
    ...["0", "1", "2", "3"],
  ]);
  expect(
    say(axisOf({ low: 0, high: 600 }, "linear", "duration", 0, 300, 90)).map(([, label]) => label),
  ).toEqual([...["0s", "5m", "10m"]]);
  const log = axisOf({ low: 1e-4, high: 1 }, "log", "number", 0, 400, 60);
  expect(log.ticks.map(({ at }) => Math.round(at))).toEqual([0, 100, 200, 300, 400]);
});
