import type { BigDataItem, ContainerStore, IdMapping, JsonValue } from "@stowage/store";

import type { CommandContext } from "../context.ts";
import { collect, examples } from "../declare.ts";
import type { DeclareCommand } from "../declare.ts";
import { UsageError } from "../errors.ts";
import { imageOrText, requireImage } from "../images.ts";
import { parseDataOption, parseFlag, parseIdMapping, parseName } from "../input/arguments.ts";
import { openInput, readInput, standardInput } from "../input/files.ts";
import { decodeMetadata } from "../input/metadata-text.ts";
import { recordEncoder } from "../render/record.ts";
import { visible } from "../render/text.ts";

interface CreateFlags {
  readonly image?: string;
  readonly layer?: string;
  readonly id?: string;
  readonly name?: readonly string[];
  readonly nameTemplate?: string;
  readonly metadata?: string;
  readonly metadataFile?: string;
  readonly flag?: readonly (readonly [string, JsonValue])[];
  readonly mountOpt?: readonly string[];
  readonly volatile?: true;
  readonly uidmap?: readonly IdMapping[];
  readonly gidmap?: readonly IdMapping[];
  readonly data?: readonly { readonly key: string; readonly file: string }[];
}

const asIs = (text: string): string => text;

/** `stowage create`: prints the new container's id, or its record with `--json`. */
export const declareCreate: DeclareCommand = (program, run) => {
  program
    .command("create")
    .description("Make a container and print its id.")
    .argument(
      "[image]",
      "the image it is made from: an id, or a name where images are known; else kept as it stands",
    )
    .option(
      "--image <image>",
      "the same, but it must be known: a name (alpine), an id, or the beginning of one",
    )
    .option("--layer <id>", "its read-write layer")
    .option("--id <id>", "its id (default: 64 random hex digits)")
    .option("--name <name>", "a name; may be given several times", collect(parseName))
    .option(
      "--name-template <template>",
      "one more name, with the first free number from 1 on in the place of {n}, such as web-{n}",
    )
    .option("--metadata <text>", "text that belongs to you")
    .option("--metadata-file <file>", "the same from a file, - for standard input")
    .option(
      "--flag <key=value>",
      "a flag; the value is JSON when it reads as JSON, else text; several",
      collect(parseFlag),
    )
    .option("--mount-opt <option>", "a mount option; several", collect(asIs))
    .option("--volatile", "do not sync it to disk; it may be lost with the machine's power")
    .option("--uidmap <c:h:s>", "map user ids: container, host, size; several", collect(parseIdMapping))
    .option("--gidmap <c:h:s>", "map group ids; several", collect(parseIdMapping))
    .option(
      "--data <key=file>",
      "keep a file as big data under a key, - for standard input; several",
      collect(parseDataOption),
    )
    .addHelpText(
      "after",
      examples(
        ["stowage create --name web --name www sha256:1f2e…", "two names"],
        ["stowage --graph-root ROOT create --image alpine", "an image of podman's, by its name"],
        ["stowage create --name-template web-{n}", "web-1, or the next that is free"],
        ["stowage create --flag pinned=true --flag note=hello", "a JSON value and a text"],
        ["stowage create --data config.json=./config.json --metadata-file meta.json", ""],
        ["id=$(stowage create --volatile --name scratch)", ""],
      ),
    )
    .action(run<[string | undefined], CreateFlags>(create));
};

async function create(
  context: CommandContext,
  [image]: readonly [string | undefined],
  options: CreateFlags,
): Promise<void> {
  refuseTwoUsesOfStandardInput(options);
  if (image !== undefined && options.image !== undefined) {
    throw new UsageError("IMAGE and --image both name the image", "use one of them");
  }
  const metadata = await metadataOf(context, options);
  const bigData: BigDataItem[] = [];
  for (const { key, file } of options.data ?? []) bigData.push({ key, data: await openInput(context, file) });

  const container = await context.withStore("make", async (store) =>
    store.create({
      id: options.id,
      names: options.name,
      nameTemplate: options.nameTemplate,
      image: await imageOf(context, store, image, options.image),
      layer: options.layer,
      metadata,
      flags: options.flag && new Map(options.flag),
      mountOpts: options.mountOpt,
      volatile: options.volatile,
      uidMap: options.uidmap,
      gidMap: options.gidmap,
      bigData,
      signal: context.signal,
    }),
  );
  const record = await recordEncoder();
  await context.print({ json: () => record(container), text: () => `${visible(container.id)}\n` });
}

/** `--image` must be known; IMAGE is kept as it stands where it is not. */
async function imageOf(
  context: CommandContext,
  store: ContainerStore,
  given: string | undefined,
  required: string | undefined,
): Promise<string | undefined> {
  if (required !== undefined) return await requireImage(context, store, required);
  return given === undefined || given === "" ? given : await imageOrText(context, store, given);
}

async function metadataOf(context: CommandContext, options: CreateFlags): Promise<string | undefined> {
  const { metadata, metadataFile } = options;
  if (metadataFile === undefined) return metadata;
  if (metadata !== undefined) {
    throw new UsageError("--metadata and --metadata-file both give the metadata", "use one of them");
  }
  return decodeMetadata(await readInput(context, metadataFile), metadataFile);
}

function refuseTwoUsesOfStandardInput(options: CreateFlags): void {
  const files = [...(options.data ?? []).map(({ file }) => file), options.metadataFile];
  if (files.filter((file) => file === standardInput).length > 1) {
    throw new UsageError("standard input is given twice", "use - once, and files for the rest");
  }
}
