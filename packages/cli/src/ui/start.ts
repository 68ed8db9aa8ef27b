import path from "node:path";
import { fileURLToPath } from "node:url";

import type { ContainerStore } from "@stowage/store";
import type { RunningUi } from "@stowage/ui";

import type { CommandContext } from "../context.ts";
import { errnoOf, ProgramError } from "../errors.ts";
import { version } from "../version.ts";

interface StartOptions {
  readonly port: number | undefined;
  readonly canWrite: boolean;
}

/** Starts the server of the page. @throws ProgramError ERR_PORT when the port is not to be had */
export async function startUi(
  context: CommandContext,
  store: ContainerStore,
  { port, canWrite }: StartOptions,
): Promise<RunningUi> {
  const { serveUi } = await import("@stowage/ui");
  const { encodeContainerText } = await import("@stowage/store");
  try {
    return await serveUi({
      store,
      encode: encodeContainerText,
      lockStatus: () => store.lockStatus(),
      page: pageFolder(),
      port,
      canWrite,
      version,
      onDefect: (error) => void tellDefect(context, error),
    });
  } catch (error) {
    const errno = errnoOf(error);
    if (errno !== "EADDRINUSE" && errno !== "EACCES") throw error;
    const why = errno === "EACCES" ? "this user may not listen there" : "another program listens there";
    throw new ProgramError("ERR_PORT", `port ${port ?? 0} cannot be had: ${why}`, {
      errno,
      hint: "choose another, or leave --port out",
      cause: error,
    });
  }
}

/** The build puts the page beside the program. */
function pageFolder(): string {
  // In the bundle, which is CommonJS, it is a path already.
  const here = import.meta.url;
  return path.join(path.dirname(here.startsWith("file:") ? fileURLToPath(here) : here), "ui");
}

/** The page was told that something failed; what, is for whoever runs the server. */
async function tellDefect(context: CommandContext, error: unknown): Promise<void> {
  const what = error instanceof Error ? error.message : String(error);
  await context.remark(`unexpected, in a request of the page: ${what}`);
  if (context.surroundings.env["STOWAGE_DEBUG"] && error instanceof Error) {
    await context.surroundings.stderr.write(`${error.stack ?? ""}\n`);
  }
}
