/**
 * A command as those of the built program, for what none of them does: one transaction that changes both files of
 * records, brings an item in and takes one away.
 */
import { openContainerStore } from "@stowage/store";

const [dir = ""] = process.argv.slice(2);
try {
  await using store = await openContainerStore({
    dir,
    lock: "kernel",
    onWarning: (text) => console.error(text),
  });
  await store.transaction(async (tx) => {
    await tx.setMetadata("volatile", "other");
    await tx.setMetadata("web", "other");
    await tx.setBigData("web", "config.json", "other content");
    await tx.removeBigData("web", "log");
  });
} catch (error) {
  process.stderr.write(`${String(error)}\n`);
  process.exitCode = 1;
}
