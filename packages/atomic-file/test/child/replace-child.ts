/** Replaces files over and over, by every way there is, until it is killed. Each content is one letter, repeated. */
import path from "node:path";
import { openAtomicWriter, openWriteSet, rewriteFileAtomic, writeFileAtomic } from "../../src/index.ts";

const folder = process.argv[2] ?? "";
const at = (name: string): string => path.join(folder, name);

for (let round = 0; ; round += 1) {
  const letter = String.fromCharCode(97 + (round % 26));
  const content = Buffer.alloc(1_000 * (1 + (round % 400)), letter);
  const sync = round % 3 === 0;
  await writeFileAtomic(at("buffer"), content, { sync });
  await using writer = await openAtomicWriter({ path: at("writer"), sync });
  await writer.writeAll([content.subarray(0, 500), content.subarray(500)]);
  await writer.commit();
  await using set = openWriteSet({ sync });
  await Promise.all([set.add(at("set 1"), content), set.add(at("set 2"), content)]);
  await set.commit();
  await rewriteFileAtomic(at("rewrite"), content, { sync });
  if (round === 0) process.send?.("under way");
}
