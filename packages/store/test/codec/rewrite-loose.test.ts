import { describe, expect, it } from "vitest";
import { rewriteLoose } from "../../src/codec/rewrite-loose.ts";

describe("a value that is no JSON", () => {
  const rewritten = (text: string): string => {
    const bytes = Buffer.from(`[${text},1]`, "latin1");
    return rewriteLoose(bytes, 1, bytes.length - 3);
  };

  it.each([
    ["-+1", "-1"],
    ["-+.5", "-0.5"],
    ["-007", "-7"],
    ["-00", "-0"],
    ["-.5e3", "-0.5e3"],
    ["-0012.50E+07", "-12.50E+07"],
    ["10", "10"],
    ["0", "0"],
    ["null", "null"],
    ["{null:null}", '{"":null}'],
    ["{null : null }", '{"" : null }'],
    ['{"k":null,null:[null]}', '{"k":null,"":[null]}'],
    ['"a\\n\u0001"', '"a\\n\\u0001"'],
    ['"\xff"', '"\\ufffd"'],
    ['"a\\/"', '"a\\/"'],
    [" [ true , false ] ", " [ true , false ] "],
  ])("is written as JSON, and what is stays: %s", (text, json) => {
    expect(rewritten(text)).toBe(json);
  });
});
