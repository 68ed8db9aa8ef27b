import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { peer, temporaryFolder } from "@stowage/test-kit";
import { TruncIndex } from "../src/index.ts";
import { describe, expect, test } from "vitest";
import vectors from "./vectors/vectors.json" with { type: "json" };

const answerOf = (index: TruncIndex, prefix: string) => {
  const found = index.find(prefix);
  return typeof found === "string" ? { id: found } : { code: found.code };
};

describe("the answers that containers/storage gave (vectors/make-vectors.mjs)", () => {
  test.each(vectors.cases)("$title", ({ ids, answers }) => {
    const index = new TruncIndex(ids);
    expect(answers.length).toBeGreaterThan(2);
    for (const [prefix, answer] of answers) {
      expect({ prefix, ...answerOf(index, prefix as string) }).toEqual({ prefix, ...(answer as object) });
    }
  });
});

const CODES = new Map([
  ["ErrEmptyPrefix", "ERR_EMPTY_PREFIX"],
  ["ErrNotExist", "ERR_PREFIX_NOT_FOUND"],
  ["ErrAmbiguousPrefix", "ERR_AMBIGUOUS_PREFIX"],
]);

test("the living library agrees about 2,000 prefixes of 300 dense ids", async (context) => {
  const programs = peer();
  // Its answers above are committed, for machines that do not have it.
  if (programs.found === undefined) return context.skip(programs.reason);
  await using folder = await temporaryFolder();
  const digest = (text: string) => createHash("sha256").update(text).digest("hex");
  // Few different digits, so that long beginnings are shared.
  const dense = (seed: string) =>
    digest(seed).replace(/[0-9a-f]/g, (digit) => "ab0"[parseInt(digit, 16) % 3] as string);
  const ids = Array.from({ length: 300 }, (_, n) => dense(`id ${n}`).slice(0, 1 + (n % 24)));
  const prefixes = Array.from({ length: 2_000 }, (_, n) =>
    dense(n % 2 ? `id ${n % 300}` : `${n}`).slice(0, n % 20),
  );
  const records = ids.map((id) => ({ id, image: "", layer: "", created: "2026-01-01T00:00:00Z" }));
  await writeFile(path.join(folder.path, "containers.json"), JSON.stringify(records), { mode: 0o600 });

  const driven = spawnSync(programs.found.peer, ["drive", "--dir", folder.path], {
    input: prefixes.map((prefix) => JSON.stringify({ op: "truncGet", prefix })).join("\n") + "\n",
    encoding: "utf8",
  });
  expect(driven.stderr).toBe("");
  const replies = driven.stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as { ok: boolean; value?: string; error?: string });
  const index = new TruncIndex(ids);
  expect(
    replies.map((reply) => (reply.ok ? { id: reply.value } : { code: CODES.get(reply.error ?? "") })),
  ).toEqual(prefixes.map((prefix) => answerOf(index, prefix)));
});
