import type { Container, ContainerStore } from "@stowage/store";

import { CommandContext } from "../context.ts";
import type { GlobalOptions } from "../global-options.ts";
import { foldersIn } from "../folders-in.ts";
import { withPodmanStore } from "../podman/location.ts";
import { shortId } from "../render/human.ts";
import { visible } from "../render/text.ts";
import { locateStore } from "../store-location.ts";
import type { Candidate, StoreQuestion } from "./candidates.ts";
import type { Typed } from "./typed.ts";

/** Nobody who pressed a key waits for longer. In milliseconds. */
const PATIENCE = 500;

/** What the store that the command line names has to say. Rejects where it cannot be read: then there is nothing to offer. */
export async function answersOf(
  context: CommandContext,
  typed: Typed,
  { about, ref }: StoreQuestion,
): Promise<readonly Candidate[]> {
  const { surroundings } = context;
  const typedLocation = locationOf(typed, surroundings.home);
  const globals: GlobalOptions = {
    ...(typedLocation.podman ? await withPodmanStore(typedLocation, surroundings) : typedLocation),
    quiet: true,
    readOnly: true,
    lockTimeout: PATIENCE,
  };
  const location = locateStore(globals, { ...surroundings, foldersIn });
  return await new CommandContext(surroundings, globals, location).withStore("read", async (store) => {
    const found = await answer(store, about, ref);
    // Nothing that a shell or the terminal would act upon, or that takes more than a line.
    return found
      .filter(({ value }) => value !== "" && visible(value) === value)
      .map(({ value, description }) => ({ value, description: visible(description) }));
  });
}

async function answer(
  store: ContainerStore,
  about: StoreQuestion["about"],
  ref: string | undefined,
): Promise<readonly Candidate[]> {
  if (about === "containers") return (await store.list()).flatMap(containerCandidates);
  if (about === "images") {
    const { images = [] } = await store.images();
    return images.flatMap(({ id, names }) => names.map((value) => ({ value, description: shortId(id) })));
  }
  const container = ref === undefined ? undefined : await store.find(ref);
  if (container === undefined) return [];
  if (about === "keys") return container.bigDataNames.map((value) => ({ value, description: "" }));
  if (about === "names") return container.names.map((value) => ({ value, description: "" }));
  return [...container.flags.keys()].map((value) => ({ value, description: "" }));
}

/** Its names, and its id. */
function containerCandidates({ id, names, image }: Container): readonly Candidate[] {
  return [
    ...names.map((value) => ({ value, description: shortId(id) })),
    { value: id, description: names[0] ?? shortId(image) },
  ];
}

const locationKeys = ["dir", "runDir", "graphRoot", "driver", "runRoot"] as const;

/** Which store was typed; the shell hands over words that it has not expanded yet. */
function locationOf({ options }: Typed, home: string): GlobalOptions {
  const found: Record<string, unknown> = {};
  for (const key of locationKeys) {
    const value = options.get(key);
    if (typeof value === "string") found[key] = value.replace(/^~(?=\/|$)/, home);
  }
  for (const key of ["transient", "podman"]) if (options.has(key)) found[key] = true;
  return found;
}
