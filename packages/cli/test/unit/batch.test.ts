import { Readable } from "node:stream";

import fc from "fast-check";
import { StowageError } from "@stowage/store";
import type { ContainerStore } from "@stowage/store";
import { describe, expect, it } from "vitest";

import { decodeBase64 } from "../../src/batch/base64.ts";
import { goErrorNames, goErrorName } from "@stowage/store";
import { linesOf } from "../../src/batch/lines.ts";
import { parseRequest } from "../../src/batch/request.ts";
import { errorReply, valueReply } from "../../src/batch/reply.ts";
import { serveRequests } from "../../src/batch/serve.ts";
import { RawJson } from "../../src/render/json.ts";

describe("lines", () => {
  it("are the same however the bytes arrive", async () => {
    const bytes = fc
      .uint8Array({ maxLength: 60 })
      .map((all) => all.map((byte) => (byte % 5 === 0 ? 0x0a : byte)));
    await fc.assert(
      fc.asyncProperty(
        bytes,
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        async (all, sizes) => {
          const chunks: Uint8Array[] = [];
          for (let at = 0, turn = 0; at < all.length; turn += 1) {
            const size = sizes[turn % sizes.length] ?? 1;
            chunks.push(all.subarray(at, at + size));
            at += size;
          }
          const got: string[] = [];
          for await (const line of linesOf(Readable.from(chunks))) got.push(line.toString("latin1"));
          const wanted = Buffer.from(all).toString("latin1").split("\n");
          if (wanted.at(-1) === "") wanted.pop();
          expect(got).toEqual(wanted);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe("base64", () => {
  it("round-trips, with or without line ends", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => {
        const text = Buffer.from(bytes).toString("base64");
        expect(new Uint8Array(decodeBase64("x", text))).toEqual(bytes);
        expect(new Uint8Array(decodeBase64("x", text.replace(/(.{5})/g, "$1\r\n")))).toEqual(bytes);
      }),
    );
  });

  it("is refused when it is not whole", () => {
    for (const wrong of [
      "a",
      "ab",
      "abc",
      "ab=",
      "a===",
      "ab==cd==",
      "ab-_",
      "ab c",
      "=",
      "YQ",
      "YQ=\u0000",
    ]) {
      expect(() => decodeBase64("bigData[0].base64", wrong)).toThrow(
        /bigData\[0\]\.base64 is no standard base64/,
      );
    }
  });
});

describe("requests", () => {
  it("are empty where they say nothing, and pass over what they do not know", () => {
    const request = parseRequest(
      '{"op":"get","names":null,"uidmap":[{"size":3,"x":1}],"who":{"knows":[1e999]}}',
    );
    expect(request).toMatchObject({ op: "get", id: "", names: [], volatile: false, value: null });
    expect(request.uidmap).toEqual([{ containerId: 0, hostId: 0, size: 3 }]);
    expect(parseRequest("null").op).toBe("");
  });

  it("keep hostile member names as data", () => {
    const { flags } = parseRequest('{"flags":{"__proto__":{"polluted":true},"constructor":1}}');
    expect([...flags.keys()]).toEqual(["__proto__", "constructor"]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
    expect(parseRequest('{"__proto__":{"op":"wipe"}}').op).toBe("");
  });

  it("turn lone surrogates into U+FFFD and keep minus zero", () => {
    const request = parseRequest(
      '{"id":"a\\ud800b","names":["\\udc00"],"flags":{"\\ud800":"\\ud800"},"value":-0}',
    );
    expect(request).toMatchObject({ id: "a\ufffdb", names: ["\ufffd"] });
    expect([...request.flags]).toEqual([["\ufffd", "\ufffd"]]);
    expect(Object.is(request.value, -0)).toBe(true);
  });

  it("are refused with the member at fault", () => {
    const faults: readonly (readonly [string, RegExp])[] = [
      ["{", /bad request/],
      ["[]", /the request must be an object/],
      ['"op"', /the request must be an object/],
      ['{"op":1}', /op must be a string/],
      ['{"names":"web"}', /names must be an array/],
      ['{"names":["a",1]}', /names\[1\] must be a string/],
      ['{"volatile":"yes"}', /volatile must be true or false/],
      ['{"flags":[]}', /flags must be an object/],
      ['{"flags":{"a":1e400}}', /64-bit float/],
      ['{"uidmap":[{"size":1.5}]}', /uidmap\[0\]\.size must be a whole number/],
      ['{"gidmap":[{"size":9007199254740993}]}', /gidmap\[0\]\.size must be a whole number/],
      ['{"bigData":[{"key":"a","base64":"?"}]}', /bigData\[0\]\.base64 is no standard base64/],
      ['{"lock":"x"}', /unknown lock/],
    ];
    for (const [line, message] of faults) {
      expect(() => parseRequest(line), line).toThrow(
        expect.objectContaining({ code: "ERR_BAD_REQUEST", message: expect.stringMatching(message) }),
      );
    }
  });

  it("never end the program, whatever they hold", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.json()), (line) => {
        try {
          parseRequest(line);
        } catch (error) {
          expect(error).toMatchObject({ code: "ERR_BAD_REQUEST" });
        }
      }),
      { numRuns: 2000 },
    );
    const deep = `{"value":${"[".repeat(100_000)}${"]".repeat(100_000)}}`;
    expect(() => parseRequest(deep)).toThrow(expect.objectContaining({ code: "ERR_BAD_REQUEST" }));
  });
});

describe("replies", () => {
  it("show values and errors in the protocol's form", () => {
    expect(valueReply(null)).toBe('{"ok":true,"value":null}\n');
    expect(valueReply(new RawJson('{"id":"a"}'))).toBe('{"ok":true,"value":{"id":"a"}}\n');
    const error = new StowageError("ERR_IO", "disk", { errno: "EIO" });
    expect(errorReply(error)).toBe('{"ok":false,"error":"ERR_IO","message":"disk","errno":"EIO"}\n');
    expect(JSON.parse(errorReply(new StowageError("ERR_CONTAINER_UNKNOWN", "container not known")))).toEqual({
      ok: false,
      error: "ERR_CONTAINER_UNKNOWN",
      message: "container not known",
    });
  });
});

describe("error names", () => {
  it("map one to one", () => {
    expect(new Set(goErrorNames.map(([go]) => go)).size).toBe(goErrorNames.length);
    expect(new Set(goErrorNames.map(([, ours]) => ours)).size).toBe(goErrorNames.length);
    expect(goErrorName("ERR_DUPLICATE_ID")).toBe("ErrDuplicateID");
    expect(goErrorName("ERR_BIG_DATA_NOT_FOUND")).toBe("other");
  });
});

describe("serving", () => {
  it("answers in order, one at a time, and goes on after errors", async () => {
    const calls: string[] = [];
    let running = 0;
    // Only what these requests touch, and slower for the earlier ones: order must not depend on luck.
    const store = {
      lookup: async (id: string) => {
        running += 1;
        expect(running).toBe(1);
        await new Promise((resolve) => setTimeout(resolve, 20 - calls.length * 5));
        calls.push(id);
        running -= 1;
        if (id === "b") throw new StowageError("ERR_CONTAINER_UNKNOWN", "container not known");
        return `${id}-id`;
      },
    } as unknown as ContainerStore;
    const input =
      '{"op":"lookup","id":"a"}\n\n  \nnonsense\n{"op":"lookup","id":"b"}\n{"op":"fly"}\n{"op":"lookup","name":"c"}';
    const replies: string[] = [];
    await serveRequests(Readable.from([Buffer.from(input)]), async (reply) => void replies.push(reply), {
      store,
      record: () => new RawJson("{}"),
      signal: new AbortController().signal,
    });
    expect(calls).toEqual(["a", "b", "c"]);
    expect(replies.map((reply) => JSON.parse(reply) as Record<string, unknown>)).toMatchObject([
      { ok: true, value: "a-id" },
      { ok: false, error: "ERR_BAD_REQUEST" },
      { ok: false, error: "ERR_CONTAINER_UNKNOWN" },
      { ok: false, error: "ERR_BAD_REQUEST" },
      { ok: true, value: "c-id" },
    ]);
  });
});
