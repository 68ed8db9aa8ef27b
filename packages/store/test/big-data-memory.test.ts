import { bundledChild, runProcess, temporaryFolder } from "@stowage/test-kit";
import path from "node:path";
import { expect, it } from "vitest";

const isLong = process.env["STOWAGE_LONG"] === "1";
/** MiB. An item of more than 4 GiB is beyond all numbers of 32 bits. */
const SIZE = isLong ? 4100 : 384;
/** MiB: far less than the item, and enough for buffers that the collector has not come to yet. */
const MOST = 160;

it(`an item of ${SIZE} MiB is written, copied and read in flat memory`, { timeout: 600_000 }, async () => {
  await using folder = await temporaryFolder();
  const child = await bundledChild(new URL("support/memory-child.ts", import.meta.url));
  const args = [child, path.join(folder.path, "store"), String(SIZE)];
  const { stdout, stderr } = await runProcess(process.execPath, args, { timeout: 550_000 });
  expect(stderr).toBe("");
  const { read, growth } = JSON.parse(stdout) as { read: number; growth: number };
  console.log(`${SIZE} MiB: the process grew by ${growth} MiB`);
  expect(read).toBe(SIZE * 1024 * 1024);
  expect(growth).toBeLessThan(MOST);
});
