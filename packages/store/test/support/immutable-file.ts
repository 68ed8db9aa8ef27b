import { type Found, found, missing, runProcess } from "@stowage/test-kit";

/** Has the system refuse to replace a file on ext4 (EPERM), which can still be read; `await using` lets go of it. */
export async function makeImmutable(file: string): Promise<Found<AsyncDisposable>> {
  const chattr = (flag: string): Promise<{ code: number | null; stderr: string }> =>
    runProcess("chattr", [flag, file]);
  const made = await chattr("+i").catch((error: unknown) => ({ code: null, stderr: String(error) }));
  if (made.code !== 0) return missing(`no file can be made immutable here: ${made.stderr.trim()}`);
  return found({
    async [Symbol.asyncDispose]() {
      const gone = await chattr("-i");
      if (gone.code !== 0) throw new Error(`${file} stays immutable: ${gone.stderr.trim()}`);
    },
  });
}
