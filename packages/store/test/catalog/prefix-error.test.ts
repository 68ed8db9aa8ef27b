import { TruncIndex, TruncIndexError } from "@stowage/truncindex";
import { expect, it } from "vitest";
import { asPrefixError } from "../../src/catalog/prefix-error.ts";
import { StowageError } from "../../src/errors.ts";

const index = new TruncIndex(["abc", "abd"]);

it.each([
  ["", "ERR_EMPTY_PREFIX", { prefix: "" }],
  ["x", "ERR_PREFIX_NOT_FOUND", { prefix: "x" }],
  ["ab", "ERR_AMBIGUOUS_PREFIX", { prefix: "ab", candidates: ["abc", "abd"] }],
] as const)("puts what the index says of %j into the store's family", (prefix, code, details) => {
  const thrown = errorOf(() => index.get(prefix));
  const error = asPrefixError(thrown) as StowageError;
  expect(error).toBeInstanceOf(StowageError);
  expect(error.code).toBe(code);
  expect(error.details).toEqual(details);
  expect(error.cause).toBe(thrown);
  expect(error.message).toBe((thrown as Error).message);
});

it("lets everything else pass", () => {
  const another = new Error("another");
  expect(asPrefixError(another)).toBe(another);
  const duplicate = errorOf(() => new TruncIndex().add("a b"));
  expect(duplicate).toBeInstanceOf(TruncIndexError);
  expect(asPrefixError(duplicate)).toBe(duplicate);
});

function errorOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("it did not throw");
}
