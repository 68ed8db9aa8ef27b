import { expect, it } from "vitest";
import { StowageError } from "../../src/errors.ts";
import { flag, milliseconds } from "../../src/model/arguments.ts";

const refusal = (call: () => unknown): unknown => {
  try {
    return call();
  } catch (error) {
    expect(error).toBeInstanceOf(StowageError);
    const { code, message } = error as StowageError;
    return `${code}: ${message}`;
  }
};

it("a flag is yes or no, and left out no", () => {
  expect([flag(true, "sure"), flag(false, "sure"), flag(undefined, "sure")]).toEqual([true, false, false]);
});

it.each([
  ["false", "string false"],
  ["", "string "],
  [0, "number 0"],
  [1, "number 1"],
  [null, "null"],
  [{}, "object"],
  [[], "an array"],
])("a flag is not %j", (value, shown) => {
  expect(refusal(() => flag(value, "sure"))).toBe(
    `ERR_INVALID_ARGUMENT: sure must be true or false, not ${shown}`,
  );
});

it("an age is a number of milliseconds, or left out", () => {
  expect([0, 0.5, 1000, Infinity].map((age) => milliseconds(age, "minAge"))).toEqual([
    0,
    0.5,
    1000,
    Infinity,
  ]);
  expect(milliseconds(undefined, "minAge")).toBeUndefined();
});

it.each([
  [-1, "number -1"],
  [NaN, "number NaN"],
  ["1000", "string 1000"],
  [null, "null"],
  [true, "boolean"],
])("an age is not %j", (value, shown) => {
  expect(refusal(() => milliseconds(value, "minAge"))).toBe(
    `ERR_INVALID_ARGUMENT: minAge must be a number of milliseconds, 0 or more, not ${shown}`,
  );
});
