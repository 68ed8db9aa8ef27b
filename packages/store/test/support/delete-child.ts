// Deletes containers in one change, and prints what came of it as JSON: node delete-child.mjs DIR ID...
import { openContainerStore, StowageError } from "../../src/index.ts";

/** What the caller of the deletion is told. */
export interface DeletionReply {
  readonly code?: string | undefined;
  readonly errno?: string | undefined;
  readonly mayBeDone?: boolean | undefined;
}

const [dir = "", ...ids] = process.argv.slice(2);
await using store = await openContainerStore({ dir });
let reply: DeletionReply = {};
try {
  await store.transaction(async (tx) => {
    for (const id of ids) await tx.delete(id);
  });
} catch (error) {
  if (!(error instanceof StowageError)) throw error;
  reply = { code: error.code, ...error.details };
}
process.stdout.write(JSON.stringify(reply));
