import { describe, expect, it } from "vitest";
import { goFloat } from "../../src/codec/go-number.ts";

describe("a float", () => {
  it("has an exponent of two digits at least from 1e21 on, and below 1e-6", () => {
    const large = [1e20, 1e21, -1e21, 1.5e21, -0].map(goFloat);
    expect(large).toEqual(["100000000000000000000", "1e+21", "-1e+21", "1.5e+21", "-0"]);
    expect([1e-6, 1e-7, 1.5e-10].map(goFloat)).toEqual(["0.000001", "1e-07", "1.5e-10"]);
  });
});
