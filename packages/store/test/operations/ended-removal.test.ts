import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { temporaryFolder } from "@stowage/test-kit";
import { expect, it } from "vitest";
import { openSound } from "../support/sound.ts";

const COUNT = 100;

it.each(["delete", "wipe"])(
  "a %s that is ended after its save is made, and leaves the rest to gc",
  async (how) => {
    await using folder = await temporaryFolder();
    const warnings: string[] = [];
    await using opened = await openSound({ dir: folder.path, onWarning: (text) => warnings.push(text) });
    const { store } = opened;
    const ids = Array.from({ length: COUNT }, (_, index) => index.toString(16).padStart(64, "0"));
    await Promise.all(ids.map((id) => store.create({ id, bigData: [{ key: "k", data: id }] })));
    const ending = new AbortController();
    const end = (): void => ending.abort(new Error("ended"));
    subscribe("stowage:store:save", end);
    try {
      if (how === "wipe") expect(await store.wipe(ending)).toBe(COUNT);
      else await Promise.all(ids.map((id) => store.delete(id, ending)));
    } finally {
      unsubscribe("stowage:store:save", end);
    }
    expect(await store.list()).toEqual([]);
    expect(warnings.length).toBe(how === "wipe" ? 1 : COUNT);
    expect(warnings[0]).toMatch(how === "wipe" ? /^100 folders .*gc will/ : /^a folder .*gc will/);
    const { removed } = await store.gc({ minAge: 0 });
    expect(removed.length).toBe(COUNT);
  },
);
