import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { decode } from "../src/wire.js";

const golden = new URL("../../tests/data/wire/", import.meta.url);
const names = readdirSync(golden).filter((name) => name.endsWith(".bin"));

/** @param {string} name */
const bytesOf = (name) => new Uint8Array(readFileSync(new URL(name, golden)));

/** @param {(number | string)[]} said */
const column = (said) =>
  Float64Array.from(said, (each) =>
    typeof each === "string" ? Number(each.replace("inf", "Infinity")) : each,
  );

/** The same bytes in each of the ways in which hosts hand them over. @type {Record<string, (bytes: Uint8Array) => import("../src/types.js").Bytes>} */
const hosts = {
  ArrayBuffer: (bytes) => bytes.slice().buffer,
  DataView: (bytes) => new DataView(bytes.slice().buffer),
  "Uint8Array at an odd offset": (bytes) => {
    const room = new Uint8Array(bytes.length + 3);
    room.set(bytes, 3);
    return room.subarray(3);
  },
};

describe.each(Object.entries(hosts))("handed over as %s", (_, hand) => {
  test.each(names)("%s says what Python put in", (name) => {
    const wanted = JSON.parse(readFileSync(new URL(name.replace(".bin", ".json"), golden), "utf8"));
    const sections = decode(hand(bytesOf(name)));
    expect(sections.length).toBe(wanted.length);
    for (const [place, { index, step, wall, value, ...fields }] of wanted.entries()) {
      expect(sections[place]).toMatchObject(fields);
      expect(sections[place].index).toEqual(index && Float64Array.from(index));
      expect(sections[place].step).toEqual(column(step));
      expect(sections[place].wall).toEqual(column(wall));
      expect(sections[place].value).toEqual(column(value));
    }
  });
});

test("a buffer that is cut off is refused", () => {
  expect(() => decode(bytesOf("doubles.bin").subarray(0, 150))).toThrow(RangeError);
});

test("a column of a form to come is refused", () => {
  const bytes = bytesOf("doubles.bin");
  bytes[25] = 9;
  expect(() => decode(bytes)).toThrow(RangeError);
});
