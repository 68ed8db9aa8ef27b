import type { Container, ContainerStore } from "@stowage/store";

import type { CommandContext } from "../context.ts";
import { containerArgument, examples } from "../declare.ts";
import type { DeclareCommand } from "../declare.ts";
import { ExitCode } from "../exit-codes.ts";
import { withProgress } from "../progress.ts";
import type { Progress } from "../progress.ts";
import { lines, visible } from "../render/text.ts";
import { isStowageError } from "../report-error.ts";

/** What became of one item. "unrecorded": the record has no digest to compare with. */
interface Verdict {
  readonly key: string;
  readonly outcome: "ok" | "mismatch" | "missing" | "unrecorded";
  readonly message?: string;
}

/** `stowage data verify`: exit code 1 when an item is not what is recorded. */
export const declareDataVerify: DeclareCommand = (group, run) => {
  group
    .command("verify")
    .description(
      "Read items, and compare them with the recorded SHA-256; exit code 1 when one differs or is missing.",
    )
    .argument("<container>", containerArgument)
    .argument("[key...]", "which items (default: all of them)")
    .addHelpText(
      "after",
      examples(["stowage data verify web", ""], ["stowage data verify web config.json --json", ""]),
    )
    .action(run<[string, string[]]>(verifyItems));
};

async function verifyItems(
  context: CommandContext,
  [ref, keys]: readonly [string, string[]],
): Promise<ExitCode> {
  const { id, verdicts } = await context.withStore("read", async (store) => {
    const container = await store.get(ref, { signal: context.signal });
    const verdicts = await withProgress(context, "verifying", (tell) =>
      verifyAll(context, store, container, keys.length > 0 ? keys : container.bigDataNames, tell),
    );
    return { id: container.id, verdicts };
  });
  await context.print({
    json: () => ({ id, data: verdicts.map((verdict) => ({ ...verdict })) }),
    text: () => (context.quiet ? "" : lines(verdicts.map((verdict) => verdictText(context, verdict)))),
  });
  return verdicts.every(({ outcome }) => outcome === "ok") ? ExitCode.done : ExitCode.refused;
}

async function verifyAll(
  { signal }: CommandContext,
  store: ContainerStore,
  { id, bigDataSizes }: Container,
  keys: readonly string[],
  tell: (progress: Progress) => void,
): Promise<readonly Verdict[]> {
  const total = keys.reduce((sum, key) => sum + Number(bigDataSizes.get(key) ?? 0), 0);
  let done = 0;
  const verdicts: Verdict[] = [];
  for (const key of keys) {
    try {
      // Read to its end, or to an error, which closes it.
      const item = await store.openBigData(id, key, { verify: true, signal });
      for await (const chunk of item) tell({ done: (done += chunk.byteLength), total, unit: "bytes" });
      verdicts.push({ key, outcome: "ok" });
    } catch (error) {
      verdicts.push({ key, ...verdictOn(error) });
    }
  }
  return verdicts;
}

/** What an error says of the item; any other is thrown on. */
function verdictOn(error: unknown): Omit<Verdict, "key"> {
  if (!isStowageError(error)) throw error;
  const { code, message } = error;
  if (code === "ERR_BIG_DATA_MISMATCH") return { outcome: "mismatch", message };
  if (code === "ERR_BIG_DATA_NOT_FOUND") return { outcome: "missing", message };
  if (code === "ERR_DIGEST_UNKNOWN") return { outcome: "unrecorded", message };
  throw error;
}

function verdictText({ stdout }: CommandContext, { key, outcome, message }: Verdict): string {
  if (outcome === "ok") return visible(`${key}: ok`);
  return `${visible(key)}: ${stdout.style.bad(outcome)}${message === undefined ? "" : `; ${visible(message)}`}`;
}
