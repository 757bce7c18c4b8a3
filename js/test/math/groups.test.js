import { expect, test } from "vitest";
import { aggregate } from "../../src/math/groups.js";

test("steps that are made even end where the members do, to the last digit", () => {
  const [first, last] = [281, 512_306];
  const members = Array.from({ length: 400 }, (_, n) => {
    const between = Array.from({ length: 30 }, (_, i) => first + (400 * i + n + 1) * 40);
    const step = Float64Array.from([first, ...between, last]);
    return { step, wall: step, value: new Float64Array(step.length).fill(1), length: step.length };
  });
  const { grid, step, value, count } = aggregate(members, { statistic: "mean", band: "none" });
  expect(grid).toBe("even");
  expect([step.at(-1), value.at(-1), count.at(-1)]).toEqual([last, 1, 400]);
});
