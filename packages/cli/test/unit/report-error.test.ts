import { StowageError } from "@stowage/store";
import { describe, expect, it } from "vitest";

import { fileError, UsageError } from "../../src/errors.ts";
import { styleFor } from "../../src/render/colour.ts";
import { describeError, ErrorWithHint, renderReport } from "../../src/report-error.ts";

const plain = { json: false, style: styleFor(false) };
const json = { json: true, style: styleFor(false) };

describe("an error for people", () => {
  it("is one line that says what and what to do, whatever the names in it hold", () => {
    const error = new StowageError("ERR_DUPLICATE_NAME", 'name "a\u001b[2J\nb" is taken');
    expect(renderReport(describeError(error), plain)).toBe(
      'stowage: name "a\\u001b[2J\\nb" is taken; choose another, or take it with `stowage name add --steal`\n',
    );
  });

  it("lists the candidates of an ambiguous prefix, but not hundreds", () => {
    const candidates = Array.from({ length: 10 }, (_, index) => `ab${index}`);
    const error = new StowageError("ERR_CONTAINER_UNKNOWN", "container not known", { candidates });
    expect(describeError(error).hint).toBe("it could be ab0, ab1, ab2, ab3, ab4, ab5, ab6, ab7, or others");
  });

  it("names options of the program where the library names its own", () => {
    const advice = "its file system is read-only; open it with `readOnly: true` to read without changing it";
    const error = new StowageError("ERR_STORE_READ_ONLY", advice, { errno: "EROFS" });
    expect(renderReport(describeError(error), plain)).toBe(
      "stowage: its file system is read-only; open it with --read-only to read without changing it; " +
        "to change it, copy it elsewhere\n",
    );
  });

  it("keeps a better hint that was found for it", () => {
    const error = new StowageError("ERR_CONTAINER_UNKNOWN", "container not known");
    const report = describeError(new ErrorWithHint(error, "did you mean web?"));
    expect([report.code, report.hint]).toEqual(["ERR_CONTAINER_UNKNOWN", "did you mean web?"]);
  });
});

describe("an error for programs", () => {
  it("has code, message, hint and the details", () => {
    const error = new StowageError("ERR_STORE_DAMAGED", "cannot be understood", {
      path: "/s/containers.json",
      offset: 12,
      record: 3,
      cause: new Error("inner"),
    });
    expect(JSON.parse(renderReport(describeError(error), json))).toEqual({
      error: {
        code: "ERR_STORE_DAMAGED",
        message: "cannot be understood",
        path: "/s/containers.json",
        offset: 12,
        record: 3,
      },
    });
  });
});

describe("exit codes", () => {
  it("go with the error", () => {
    const codes = [
      new StowageError("ERR_CONTAINER_UNKNOWN", ""),
      new StowageError("ERR_STORE_DAMAGED", ""),
      new StowageError("ERR_STORE_INCONSISTENT", ""),
      new StowageError("ERR_LOCK_TIMEOUT", ""),
      new UsageError("", ""),
      new TypeError("oops"),
      "not even an error",
    ].map((error) => describeError(error).exitCode);
    expect(codes).toEqual([1, 3, 3, 4, 2, 1, 1]);
  });

  it("tell a defect of ours from a failure of the user's file", () => {
    expect(describeError(new TypeError("oops")).code).toBe("ERR_INTERNAL");
    const missing = Object.assign(new Error("x"), { errno: -2, code: "ENOENT" });
    const report = describeError(fileError("read", "a.json", missing));
    expect(report.message).toBe("cannot read a.json: no such file or folder");
    expect(report.details).toEqual({ path: "a.json", errno: "ENOENT" });
  });
});
