import fc from "fast-check";
import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { several } from "../../src/persistence/several.ts";

test("each is done once, begun in order, a few at a time, whatever fails; the first failure comes out", async () => {
  const work = fc.array(fc.record({ rests: fc.nat(3), fails: fc.boolean() }), { maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(work, async (list) => {
      const begun: number[] = [];
      let running = 0;
      let most = 0;
      const done = several(list.entries(), async ([index, { rests, fails }]) => {
        begun.push(index);
        running += 1;
        most = Math.max(most, running);
        for (let rest = 0; rest < rests; rest += 1) await setImmediate();
        running -= 1;
        if (fails) throw new Error(String(index));
      });
      const failure = await done.catch((error: Error) => error.message);
      const failing = list.findIndex(({ fails }) => fails);
      expect(failure).toBe(failing < 0 ? undefined : String(failing));
      expect(begun).toEqual([...list.keys()]);
      expect(running).toBe(0);
      expect(most).toBeLessThanOrEqual(8);
      // All of them rest, so that none is over before as many as may be are begun.
      if (list.every(({ rests }) => rests > 0)) expect(most).toBe(Math.min(8, list.length));
    }),
  );
});
