import { readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";

import { openLockFile } from "@stowage/lockfile";
import { openContainerStore } from "@stowage/store";
import { peer, runProcess } from "@stowage/test-kit";
import { describe, expect, it, onTestFinished } from "vitest";

import { holdLock } from "./support/hold-lock.ts";
import type { Bench } from "./support/program.ts";
import { whyNoScreen } from "./support/screen.ts";
import { top, withoutColours } from "./support/top.ts";

/** Another content of a file of records, whose writer says so in the lock file as all do. */
async function overwritten(place: Bench, file: string, content: string | Buffer): Promise<void> {
  const lock = await openLockFile(path.join(place.dir, "containers.lock"));
  const held = await lock.lockForWriting();
  held.recordWrite();
  await writeFile(path.join(place.dir, file), content);
  await held.release();
  await lock.close();
}

const { found: real, reason: whyNoPeer } = peer();

describe.skipIf(whyNoScreen !== undefined)(
  `stowage top, live${whyNoScreen ? `: ${whyNoScreen}` : ""}`,
  () => {
    it("marks what is made, changed and removed, and lets it fade", async () => {
      await using at = await top(withoutColours);
      const { view, place } = at;
      await place.done("create", "--id", "new", "--name", "made");
      await view.until(/^ \+ new +made /m);
      await view.until(/^ {3}new +made /m);
      await place.done("metadata", "set", "made", "other");
      await view.until(/^ ~ new +made /m);
      await place.done("rm", "made");
      await view.until(/^ - new +made /m);
      const after = await view.until((shown) => !shown.includes("made"));
      expect(after).toMatch(/^3 containers {3}4 names/m);
    });

    it("shows changes in colours, where there are any", async () => {
      await using at = await top();
      await at.place.done("create", "--id", "new");
      await at.view.until(/^ \+ new/m);
      // eslint-disable-next-line no-control-regex
      expect(await at.view.coloured()).toMatch(/\u001b\[32m[^\n]*new/);
      await using plain = await top(withoutColours);
      await plain.view.until(/1-3 of 3/);
      // eslint-disable-next-line no-control-regex
      expect(await plain.view.coloured()).not.toMatch(/\u001b\[/);
    });

    it("follows the details of a container, and says when it is gone", async () => {
      await using at = await top(withoutColours);
      const { view, place } = at;
      await view.keys("End", "Enter");
      await view.until(/^web$/m);
      await place.done("name", "add", "web", "www");
      await view.until(/^~ names +www, web/m);
      await place.runWith({ input: "text\n\u001b[31mred\n" }, "data", "set", "web", "notes");
      await view.until(/big data: 2/);
      await view.keys("Tab", "Tab", "Enter");
      await view.until(/^000000 {2}74 65 78 74 0a 1b 5b 33 31 6d 72 65 64 0a +text\.\.\[31mred\.$/m);
      await view.keys("Tab");
      await view.until(/^text\n\\u001b\[31mred$/m);
      // Another content is read at once.
      await place.runWith({ input: "other" }, "data", "set", "web", "notes");
      await view.until(/^other$/m);
      await place.done("rm", "web");
      await view.keys("Escape");
      await view.until(/www {3}it is gone; this is what it was/);
      await view.keys("Escape");
      await view.until(/1-2 of 2/);
    });

    it("shows a store that goes away, and that comes back", async () => {
      await using at = await top(withoutColours);
      const { view, place } = at;
      await rename(place.dir, `${place.dir}-away`);
      const away = await view.until(/^! there is no store at/m);
      expect(away).toContain("this is what was known last");
      expect(away).toMatch(/c3c3c3c3c3c3 +db/);
      await rename(`${place.dir}-away`, place.dir);
      await view.until((shown) => !/^!/m.test(shown));
      await rm(place.dir, { recursive: true });
      await view.until(/^! there is no store at/m);
      await place.done("create", "--id", "another");
      await view.until(/\+ another/);
    });

    it("shows a store that is damaged, also from the beginning, and which command explains it", async () => {
      const file = "containers.json";
      await using at = await top(withoutColours);
      const { view, place } = at;
      const whole = await readFile(path.join(place.dir, file));
      await overwritten(place, file, '[{"id":');
      const damaged = await view.until(/^! .*containers\.json/m);
      expect(damaged).toContain("`stowage check` explains it");
      expect(damaged).toMatch(/c3c3c3c3c3c3 +db/);
      await view.keys("q");
      await view.until(/shell>$/);
      await view.type("clear; stowage top\r");
      await view.until(/^! [^]*waiting until it can be read/m);
      await overwritten(place, file, whole);
      await view.until(/^3 containers[^]*c3c3c3c3c3c3 +db/m);
    });

    it("says who has the lock, and who waits", async () => {
      await using at = await top(withoutColours);
      await at.view.until(/lock: free/);
      await using holder = await holdLock(at.place.dir);
      await at.view.until(new RegExp(`lock: write by .*${holder.pid}`));
      const waiting = at.place.run("create", "--id", "late");
      await at.view.until(/waiting: 1 (?:reader|writer), \d/);
      await holder[Symbol.asyncDispose]();
      expect((await waiting).code).toBe(0);
      await at.view.until(/late/);
    });

    it("goes on after it was stopped, as when a laptop sleeps", async () => {
      await using at = await top(withoutColours);
      const { view, place } = at;
      const pid = await view.child();
      process.kill(pid, "SIGSTOP");
      await view.until(/Stopped +stowage top/);
      for (const id of ["one", "two", "three"]) await place.done("create", "--id", id);
      await place.done("rm", "web");
      await view.type("fg\r");
      const shown = await view.until(/1-6 of 6|1-5 of 5/);
      for (const id of ["one", "two", "three"]) expect(shown).toContain(id);
    });

    it("shows ten thousand containers, and stays at hand while a thousand changes a second are made", async () => {
      await using at = await top({
        ...withoutColours,
        prepare: async (place) => {
          const records = Array.from({ length: 10_000 }, (_, index) => ({
            id: `c${String(index).padStart(5, "0")}`,
            names: [`name-${index}`],
            image: "",
            layer: "",
            created: new Date(Date.UTC(2020, 0, 1) + index * 1000).toISOString(),
          }));
          await place.done("create", "--id", "first");
          await writeFile(path.join(place.dir, "containers.json"), JSON.stringify(records), { mode: 0o600 });
        },
      });
      const { view, place } = at;
      await view.until(/1-18 of 10000/);
      await view.keys("End");
      await view.until(/^> {2}c00000/m);
      await view.type("/name-77\r");
      await view.until(/1-18 of 111/);
      // Together they would be another key.
      await view.keys("Escape");
      await view.until(/of 10000/);
      await view.keys("Home");
      const store = await openContainerStore({ dir: place.dir });
      onTestFinished(() => store.close());
      const stop = new AbortController();
      onTestFinished(() => stop.abort());
      let changes = 0;
      const churn = (async () => {
        for (; !stop.signal.aborted; changes += 50) {
          const made = Array.from({ length: 50 }, (_, each) =>
            store.setMetadata("c00007", `${changes} ${each}`),
          );
          await Promise.all(made);
        }
      })();
      await view.until(/\d+ changes?\/s/);
      await view.type("/name-9999\r");
      await view.until(/1-1 of 1 [^]*name-9999/m);
      await view.keys("Enter");
      await view.until(/^name-9999$/m);
      stop.abort();
      await churn;
      await store.setMetadata("c09999", "the last word");
      await view.until(/the last word/);
      expect(changes).toBeGreaterThan(0);
    });

    it.skipIf(whyNoPeer !== undefined)("sees what containers-storage does", async () => {
      const tree = (place: { folder: string }) => [
        "-s",
        "vfs",
        "-g",
        path.join(place.folder, "root"),
        "-R",
        path.join(place.folder, "run"),
      ];
      const call = async (place: { folder: string }, ...args: string[]): Promise<string> => {
        const { code, stdout, stderr } = await runProcess(real?.containersStorage ?? "", [
          ...tree(place),
          ...args,
        ]);
        if (code !== 0) throw new Error(`containers-storage ${args.join(" ")}: ${stderr}`);
        return stdout;
      };
      await using at = await top({
        ...withoutColours,
        prepare: (place) => call(place, "create-container", "-n", "web", ""),
        words: ["--graph-root", "root"],
      });
      const { view, place } = at;
      await view.until(/ web /);
      await call(place, "create-container", "-n", "by-podman", "");
      await view.until(/\+ [0-9a-f]{12} +by-podm/);
      await view.until(/ {2}[0-9a-f]{12} +by-podm/);
      await call(place, "set-metadata", "-m", "theirs", "by-podman");
      await view.until(/~ [0-9a-f]{12} +by-podm/);
      await call(place, "delete-container", "by-podman");
      await view.until(/- [0-9a-f]{12} +by-podm/);
      await view.until(/1-1 of 1/);
    });
  },
);
