import { chmod, chown, readdir } from "node:fs/promises";
import path from "node:path";
import { bundledChild, runProcess } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";
import { openContainerStore } from "../src/index.ts";
import { A, type Patient, withPatient } from "./support/health.ts";

const NOBODY = 65_534;

/** A store of a user who is not root, and what a process of his says to a call. */
async function asOwner(
  test: (
    patient: Patient,
    call: (name: string, readOnly?: boolean) => Promise<object | undefined>,
  ) => Promise<void>,
): Promise<void> {
  await withPatient(async (patient) => {
    {
      await using store = await patient.open();
      await store.create({ id: A, bigData: [{ key: "k", data: "v" }] });
    }
    const inside = (await readdir(patient.dir, { recursive: true })).map((name) => patient.at(name));
    for (const place of [patient.dir, ...inside]) await chown(place, NOBODY, NOBODY);
    // The folders above are the test's own.
    for (const above of [path.join(patient.dir, ".."), path.join(patient.dir, "../..")])
      await chmod(above, 0o755);
    const child = await bundledChild(new URL("support/as-nobody-child.ts", import.meta.url));
    await test(patient, async (name, readOnly = false) => {
      const user = ["--reuid", String(NOBODY), "--regid", String(NOBODY), "--clear-groups"];
      const args = [...user, process.execPath, child, patient.dir, String(readOnly), name];
      const { stdout } = await runProcess("setpriv", args);
      return stdout.startsWith("{") ? (JSON.parse(stdout) as object) : undefined;
    });
  });
}

const reason = process.getuid?.() === 0 ? undefined : "only root can hand a store to somebody else";

describe("modes that keep out even the owner", () => {
  it("of the lock file are to be set by hand, which check and everybody who wants to write is told", ({
    skip,
  }) =>
    asOwner(async (patient, call) => {
      if (reason !== undefined) return skip(reason);
      await chmod(patient.at("containers.lock"), 0);
      if ((await call("list", true)) === undefined) return skip("the clone cannot be read by other users");
      expect(await call("actions", true)).toEqual({
        done: "CHECK_MODE_WRONG none: set its mode by hand (chmod 0644): as it is, nobody but root can change the store",
      });
      for (const name of ["repair", "create"]) {
        expect(await call(name)).toMatchObject({
          code: "ERR_PERMISSION",
          message: expect.stringMatching(
            /containers\.lock.*; run as the user who owns it, and see that its mode is 0644$/,
          ) as string,
        });
      }
      await chmod(patient.at("containers.lock"), 0o644);
      expect(await call("create")).toHaveProperty("done");
    }));

  it("of an item, its folder and the records are set right by repair", ({ skip }) =>
    asOwner(async (patient, call) => {
      if (reason !== undefined) return skip(reason);
      if ((await call("list", true)) === undefined) return skip("the clone cannot be read by other users");
      await chmod(patient.at(A, "k"), 0);
      expect(await call("check")).toEqual({ done: "CHECK_MODE_WRONG,CHECK_BIG_DATA_UNREADABLE" });
      expect(await call("repair")).toEqual({
        done: "CHECK_MODE_WRONG repaired,CHECK_BIG_DATA_UNREADABLE left",
      });
      expect(await call("check")).toEqual({ done: "" });
      await chmod(patient.at(A), 0);
      expect(await call("repair")).toMatchObject({
        done: expect.stringContaining("CHECK_MODE_WRONG repaired") as string,
      });
      await chmod(patient.at("containers.json"), 0);
      expect(await call("repair")).toMatchObject({
        done: expect.stringContaining("CHECK_MODE_WRONG repaired") as string,
      });
      expect(await call("check")).toEqual({ done: "" });
      await using store = await openContainerStore({ dir: patient.dir });
      expect(Buffer.from(await store.bigData(A, "k")).toString()).toBe("v");
    }));
});
