import { createWriteStream } from "node:fs";
import { PassThrough, Writable } from "node:stream";
import { WritableStream } from "node:stream/web";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { type ContainerStore, openContainerStore, StowageError } from "../../src/index.ts";
import { quickFolder } from "../support/quick-folder.ts";

async function withStore(test: (store: ContainerStore) => Promise<void>): Promise<void> {
  await using folder = await quickFolder();
  await using store = await openContainerStore({ dir: folder.path });
  await store.create({ bigData: [{ key: "k", data: Buffer.alloc(1 << 20) }] });
  await test(store);
  // Nothing is held any more, and nobody waits.
  expect(await store.check()).toEqual([]);
  await store.wipe({ timeout: 0 });
}

/** What the export came to, or that it waits: for a broken promise to show, and nothing else, there is a clock. */
const outcome = (store: ContainerStore, target: unknown, format: "tar" | "ndjson"): Promise<unknown> =>
  Promise.race([
    store.export(target as Writable, { format }).then(
      () => "done",
      (error: unknown) => error,
    ),
    setTimeout(10_000, "it waits"),
  ]);

const formats = ["tar", "ndjson"] as const;

describe.each(formats)("an export as %s", (format) => {
  it.each([
    ["/tmp/x.tar"],
    [""],
    [[]],
    [null],
    [undefined],
    [{}],
    [5],
    [new PassThrough().setEncoding],
    [new Set()],
  ])("is refused for what is no stream: %s", (target) =>
    withStore(async (store) => {
      const refused = await outcome(store, target, format);
      expect(refused).toBeInstanceOf(TypeError);
      expect(String(refused)).toContain("must be a stream to write to");
    }),
  );

  it.each([
    ["has ended", () => new PassThrough().end()],
    ["has ended, and was read", () => new PassThrough().end().resume()],
    ["is destroyed", () => new PassThrough().destroy()],
    ["is locked", () => locked(new WritableStream())],
    ["is closed", () => closed(new WritableStream())],
    ["has failed", () => failed(new WritableStream())],
  ])("is refused for a stream that %s", (_, make) =>
    withStore(async (store) => {
      const refused = await outcome(store, make(), format);
      expect(refused).toBeInstanceOf(StowageError);
      expect(refused).toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
    }),
  );

  it("goes to a web stream, which is then closed", () =>
    withStore(async (store) => {
      let [bytes, isClosed] = [0, false];
      const target = new WritableStream<Uint8Array>({
        write: (chunk) => void (bytes += chunk.length),
        close: () => void (isClosed = true),
      });
      expect(await outcome(store, target, format)).toBe("done");
      expect(bytes).toBeGreaterThan(100);
      expect(isClosed).toBe(true);
    }));
});

it("tells of a target that fails before anything is written to it", () =>
  withStore(async (store) => {
    expect(await outcome(store, createWriteStream("/nothing/there.tar"), "tar")).toMatchObject({
      code: "ERR_IO",
      details: { errno: "ENOENT" },
    });
    const gone = new Error("gone");
    expect(await outcome(store, new PassThrough().destroy(gone), "tar")).toBe(gone);
  }));

describe("an export whose target goes away", () => {
  it.each([
    ["is ended by somebody else", (target: Writable) => target.end()],
    ["is destroyed by somebody else", (target: Writable) => target.destroy()],
  ])("is told, when it %s in between", (_, leave) =>
    withStore(async (store) => {
      const target: Writable = new Writable({
        write: (_chunk, _encoding, done) => {
          if (!target.writableEnded && !target.destroyed) leave(target);
          done();
        },
      });
      target.on("error", () => undefined);
      const told = await outcome(store, target, "tar");
      expect(told).toBeInstanceOf(StowageError);
      expect(told).toMatchObject({ code: "ERR_IO" });
    }),
  );

  it("is told while the lock is waited for", () =>
    withStore(async (store) => {
      const target = new PassThrough();
      const exporting = outcome(store, target, "tar");
      target.end();
      expect(await exporting).toMatchObject({ code: "ERR_INVALID_ARGUMENT" });
    }));
});

function locked(stream: WritableStream): WritableStream {
  stream.getWriter();
  return stream;
}

function closed(stream: WritableStream): WritableStream {
  void stream.close();
  return stream;
}

function failed(stream: WritableStream): WritableStream {
  void stream.abort(new Error("gone"));
  return stream;
}
