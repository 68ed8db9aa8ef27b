import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LockMode } from "../src/errors.ts";
import { FairQueue } from "../src/fair-queue.ts";

interface Guest {
  readonly id: number;
  readonly mode: LockMode;
}

/** The rule, spelled out without any cleverness. */
class Model {
  inside: Guest[] = [];
  waiting: Guest[] = [];
  heldBack = false;

  admit(): number[] {
    const admitted: number[] = [];
    while (!this.heldBack) {
      const first = this.waiting[0];
      const writerInside = this.inside.some((guest) => guest.mode === "write");
      if (first === undefined || writerInside) break;
      if (first.mode === "write" && this.inside.length > 0) break;
      this.inside.push(first);
      this.waiting.shift();
      admitted.push(first.id);
    }
    return admitted;
  }
}

class Run {
  readonly model = new Model();
  readonly queue = new FairQueue<Guest>();
  next = 0;

  check(): void {
    expect(this.queue.inside).toBe(this.model.inside.length);
    expect(this.queue.waiting).toBe(this.model.waiting.length);
    expect(this.queue.heldBack).toBe(this.model.heldBack);
    const writers = this.model.inside.filter((guest) => guest.mode === "write").length;
    expect(writers === 0 || this.model.inside.length === 1).toBe(true);
  }
}

const command = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("come" as const), mode: fc.constantFrom("read", "write") }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("leave" as const), which: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("withdraw" as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom("holdBack" as const, "letGo" as const) }) },
);

function apply(run: Run, step: { do: string; mode?: string; which?: number }): void {
  const { model, queue } = run;
  const at = <T>(list: readonly T[]): T | undefined => list[(step.which ?? 0) % list.length];
  if (step.do === "come") {
    const guest: Guest = { id: run.next++, mode: step.mode as LockMode };
    model.waiting.push(guest);
    const admitted = model.admit();
    const entered = queue.tryEnter(guest.mode);
    if (!entered) queue.wait(guest.mode, guest);
    expect(entered).toBe(admitted.includes(guest.id));
  } else if (step.do === "leave") {
    const guest = at(model.inside);
    if (guest === undefined) return;
    model.inside = model.inside.filter((other) => other !== guest);
    const admitted = model.admit();
    expect(queue.leave(guest.mode).map(({ id }) => id)).toEqual(admitted);
  } else if (step.do === "withdraw") {
    const guest = at(model.waiting);
    if (guest === undefined) return;
    model.waiting = model.waiting.filter((other) => other !== guest);
    const admitted = model.admit();
    expect(queue.withdraw(guest)?.map(({ id }) => id)).toEqual(admitted);
    expect(queue.withdraw(guest)).toBeUndefined();
  } else if (step.do === "holdBack") {
    model.heldBack = true;
    queue.holdBack();
  } else {
    model.heldBack = false;
    const admitted = model.admit();
    expect(queue.letGo().map(({ id }) => id)).toEqual(admitted);
  }
}

describe("FairQueue", () => {
  it("does what the plain model does, whatever comes", () => {
    fc.assert(
      fc.property(fc.array(command, { maxLength: 80 }), (steps) => {
        const run = new Run();
        for (const step of steps) {
          apply(run, step);
          run.check();
        }
        // Whoever waits gets in when all others leave: nobody is forgotten.
        apply(run, { do: "letGo" });
        for (let rounds = 0; run.model.inside.length > 0; rounds += 1) {
          apply(run, { do: "leave", which: 0 });
          run.check();
          expect(rounds).toBeLessThan(200);
        }
        expect(run.queue.waiting).toBe(0);
      }),
      { numRuns: 1_000 },
    );
  });

  it("lets readers who stood behind a writer in when he gives up", () => {
    const queue = new FairQueue<string>();
    expect(queue.tryEnter("read")).toBe(true);
    expect(queue.tryEnter("write")).toBe(false);
    queue.wait("write", "writer");
    expect(queue.tryEnter("read")).toBe(false);
    queue.wait("read", "first");
    queue.wait("read", "second");
    expect(queue.withdraw("writer")).toEqual(["first", "second"]);
    expect(queue.inside).toBe(3);
  });
});
