import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

import { expect, it } from "vitest";

import { patientInput } from "../../src/top/patient-input.ts";

/** What comes out, piece by piece, of what came in one after the other. */
async function pieces(...chunks: readonly (string | Uint8Array)[]): Promise<string[]> {
  const source = new PassThrough();
  const found: string[] = [];
  const input = patientInput(source);
  input.on("data", (chunk: string) => found.push(chunk));
  for (const chunk of chunks) {
    source.write(chunk);
    await sleep(1);
  }
  const whole = chunks.map((chunk) => Buffer.from(chunk).toString("latin1")).join("");
  while (Buffer.from(found.join("")).toString("latin1") !== whole) await sleep(1);
  return found;
}

it.each([
  [
    ["a", "\u001b", "[A"],
    ["a", "\u001b[A"],
  ],
  [["\u001b[", "1;5", "C"], ["\u001b[1;5C"]],
  [["\u001bO", "P"], ["\u001bOP"]],
  [["\u001b[A\u001b[", "B"], ["\u001b[A\u001b[B"]],
  [["\u001b"], ["\u001b"]],
  [["q"], ["q"]],
  [[new Uint8Array([0xc3]), new Uint8Array([0xa4])], ["ä"]],
])("%j comes as %j", async (chunks, expected) => {
  expect(await pieces(...chunks)).toEqual(expected);
});
