import type { Container } from "@stowage/store";

import { isStowageError } from "../../report-error.ts";
import type { Call } from "../call.ts";
import { CommandFailure } from "../errors.ts";
import { quoted } from "../go-text.ts";
import { goMap } from "../records.ts";
import { storeErrorText } from "../store-errors.ts";
import { removeRunFolder } from "./folders.ts";
import { requireContainersOnly } from "./whole-tree.ts";

export async function check(call: Call): Promise<number> {
  const { values, store, signal } = call;
  checkDuration(values.max);
  await requireContainersOnly(call);
  const damaged = new Map<string, readonly string[]>();
  for (const container of await store.list({ signal })) {
    const faults = await faultsOf(call, container);
    if (faults.length > 0) damaged.set(container.id, faults);
  }
  if (values.json) {
    const empty = { Layers: {}, ROLayers: {}, Images: {}, ROImages: {} };
    await call.outJson({ ...empty, Containers: goMap(damaged) });
  } else {
    for (const [id, faults] of damaged) {
      await call.out(`container ${id}:\n${faults.map((fault) => ` ${fault}\n`).join("")}`);
    }
  }
  if (damaged.size === 0) return 0;
  if (values.force) {
    for (const id of damaged.keys()) {
      await store.delete(id, { signal });
      await removeRunFolder(call, id);
    }
    return 0;
  }
  const layersAndImages = values.repair ? "" : "0 layer errors, ";
  const images = values.repair ? "" : "0 image errors, ";
  throw new CommandFailure(
    `${layersAndImages}0 read-only layer errors, ${images}0 read-only image errors, ${damaged.size} container errors`,
  );
}

/** What is wrong with one container in a tree without images. */
async function faultsOf({ store, signal }: Call, container: Container): Promise<string[]> {
  const { id, image, bigDataNames, bigDataSizes } = container;
  const faults: string[] = [];
  for (const key of bigDataNames) {
    const item = `container ${id}: data item ${quoted(key)}:`;
    try {
      await using reader = await store.openBigData(id, key, { signal });
      if (BigInt(reader.size) !== BigInt(bigDataSizes.get(key) ?? 0)) {
        faults.push(`${item} container data item has incorrect size`);
      }
    } catch (error) {
      signal.throwIfAborted();
      const isMissing = isStowageError(error) && error.code === "ERR_BIG_DATA_NOT_FOUND";
      faults.push(`${item} ${isMissing ? "container data item is missing" : storeErrorText(error)}`);
    }
  }
  if (image !== "") faults.push(`image ${image}: image missing`);
  return faults;
}

/** The age of unreferenced layers is of no use here, but must be one, as in Go's `time.ParseDuration`. */
function checkDuration(text: string): void {
  if (text === "" || /^[+-]?(0|((\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h))+)$/.test(text)) return;
  const parts = /^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))*(?:\d+\.?\d*|\.\d+)([^\d.]*)/.exec(
    text,
  );
  if (parts === null) throw new CommandFailure(`time: invalid duration ${quoted(text)}`);
  const unit = parts[1]!;
  throw new CommandFailure(
    unit === ""
      ? `time: missing unit in duration ${quoted(text)}`
      : `time: unknown unit ${quoted(unit)} in duration ${quoted(text)}`,
  );
}
