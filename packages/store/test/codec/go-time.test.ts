import { runs } from "@stowage/test-kit";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatGoTime, parseGoTime, SIMPLE_TIME } from "../../src/codec/go-time.ts";

/** From the beginning of the year 0 to the end of 9999. */
const FIRST = -62_167_219_200_000_000_000n;
const LAST = 253_402_300_799_999_999_999n;
const moments = fc.bigInt({ min: FIRST, max: LAST });

describe("the moment of a time", () => {
  it.each([
    ["1970-01-01T00:00:00Z", 0n],
    ["1970-01-01T00:00:00.000000001Z", 1n],
    ["1969-12-31T23:59:59.999999999Z", -1n],
    ["1970-01-01T00:00:00.5Z", 500_000_000n],
    ["1970-01-01T05:30:00+05:30", 0n],
    ["1969-12-31T17:00:00-07:00", 0n],
    ["1970-01-02T00:00:00+24:00", 0n],
    ["1970-01-01T1:00:00Z", 3_600_000_000_000n],
    ["2024-02-29T00:00:00Z", 1_709_164_800_000_000_000n],
  ])("is counted in nanoseconds: %s", (text, nanoseconds) => {
    expect(parseGoTime(text)?.nanoseconds).toBe(nanoseconds);
  });

  it("is written in UTC, from the year 0 to 9999", () => {
    expect(formatGoTime(0n)).toBe("1970-01-01T00:00:00Z");
    expect(formatGoTime(-1n)).toBe("1969-12-31T23:59:59.999999999Z");
    expect(formatGoTime(1_500_000_000n)).toBe("1970-01-01T00:00:01.5Z");
    expect(formatGoTime(FIRST)).toBe("0000-01-01T00:00:00Z");
    expect(formatGoTime(LAST)).toBe("9999-12-31T23:59:59.999999999Z");
    expect(() => formatGoTime(FIRST - 1n)).toThrow(
      new RangeError("a time of -000001-12-31 has no place in RFC 3339"),
    );
    expect(() => formatGoTime(LAST + 1n)).toThrow(
      new RangeError("a time of +010000-01-01 has no place in RFC 3339"),
    );
  });

  it("is read as it was written", () => {
    fc.assert(
      fc.property(moments, (moment) => {
        const text = formatGoTime(moment);
        expect(parseGoTime(text)).toMatchObject({ text, writable: true, nanoseconds: moment });
      }),
      { numRuns: runs(1_000) },
    );
  });
});

it("is as Go writes it wherever the pattern of simple times takes it", () => {
  const simple = new RegExp(`^${SIMPLE_TIME}$`);
  // Each a little beyond what there is.
  const upTo = (max: number) => fc.integer({ min: 0, max }).map((number) => String(number).padStart(2, "0"));
  const fraction = fc.oneof(fc.constant(""), fc.stringMatching(/^\.[0-9]{0,10}$/));
  const zone = fc.constantFrom("Z", "", "+00:00");
  const texts = fc
    .tuple(upTo(13), upTo(32), upTo(25), upTo(61), upTo(61), fraction, zone)
    .map(
      ([month, day, hour, minute, second, ...rest]) =>
        `2023-${month}-${day}T${hour}:${minute}:${second}${rest.join("")}`,
    );
  fc.assert(
    fc.property(fc.oneof(texts, moments.map(formatGoTime)), (text) => {
      if (simple.test(text)) expect(parseGoTime(text)).toMatchObject({ text, writable: true });
    }),
    { numRuns: runs(1_000) },
  );
  expect(simple.test("2024-02-28T23:59:59.123456789Z")).toBe(true);
});

describe("a time that Go does not read", () => {
  it.each([
    "2024-00-01T00:00:00Z",
    "2024-13-01T00:00:00Z",
    "2024-01-00T00:00:00Z",
    "2024-04-31T00:00:00Z",
    "2023-02-29T00:00:00Z",
    "1900-02-29T00:00:00Z",
    "2024-01-01T24:00:00Z",
    "2024-01-01T00:60:00Z",
    "2024-01-01T00:00:60Z",
    "2024-01-01T00:00:00+25:00",
    "2024-01-01T00:00:00+00:61",
    "2024-01-01T00:00:00.Z",
    "2024-01-01T00:00:00",
    "x2024-01-01T00:00:00Z",
    "2024-01-01T00:00:00Zx",
  ])("is none: %s", (text) => {
    expect(parseGoTime(text)).toBeUndefined();
  });
});
