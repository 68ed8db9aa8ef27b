// A process without rights, that tries one call: node as-nobody-child.mjs DIR READONLY CALL.
import { openContainerStore, StowageError } from "../../src/index.ts";

const [dir = "", readOnly, call] = process.argv.slice(2);
try {
  await using store = await openContainerStore({
    dir,
    readOnly: readOnly === "true",
    lockTimeout: 2000,
    acceptDamage: true,
  });
  const calls: Record<string, () => Promise<unknown>> = {
    list: async () => (await store.list()).map(({ id }) => id).join(),
    create: () => store.create({ id: "new" }),
    gc: () => store.gc({ minAge: 0 }),
    actions: async () =>
      (await store.check()).map(({ code, repair, action }) => `${code} ${repair}: ${action}`).join(),
    repair: async () =>
      (await store.repair()).steps.map(({ finding, outcome }) => `${finding.code} ${outcome}`).join(),
    check: async () => (await store.check()).map(({ code }) => code).join(),
  };
  const result = await calls[call ?? ""]?.();
  process.stdout.write(JSON.stringify({ done: result }));
} catch (error) {
  if (!(error instanceof StowageError)) throw error;
  process.stdout.write(JSON.stringify({ code: error.code, message: error.message, ...error.details }));
}
