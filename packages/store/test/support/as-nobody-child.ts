// A process without rights, that tries one call: node as-nobody-child.mjs DIR READONLY CALL.
import { openContainerStore, StowageError } from "../../src/index.ts";

const [dir = "", readOnly, call] = process.argv.slice(2);
try {
  await using store = await openContainerStore({ dir, readOnly: readOnly === "true", lockTimeout: 2000 });
  const result =
    call === "list" ? (await store.list()).map(({ id }) => id).join() : await store.create({ id: "new" });
  process.stdout.write(JSON.stringify({ done: result }));
} catch (error) {
  if (!(error instanceof StowageError)) throw error;
  process.stdout.write(JSON.stringify({ code: error.code, message: error.message, ...error.details }));
}
