import { openLockFile } from "@stowage/lockfile";
import { violations } from "../../src/catalog/violations.ts";
import { encodeContainerText } from "../../src/codec/encode-container.ts";
import type { ContainerStore } from "../../src/container-store.ts";
import { openContainerStore } from "../../src/open-store.ts";
import type { OpenOptions } from "../../src/options.ts";
import { Door } from "../../src/persistence/door.ts";
import type { Memory } from "../../src/persistence/memory.ts";
import { StorePaths } from "../../src/persistence/paths.ts";
import { OpenedContainerStore } from "../../src/store.ts";

/** An open store that lets tests look inside; leaving it checks what must always hold. */
export interface SoundStore extends AsyncDisposable {
  readonly store: ContainerStore;
  readonly memory: Memory;
  /** Throws when an invariant is broken, or when memory and disk differ. */
  assertSound(): Promise<void>;
}

/** Opens a store as `openContainerStore` does. At the end of `await using` it is checked, and closed. */
export async function openSound(options: OpenOptions): Promise<SoundStore> {
  // Makes what is missing and refuses what must be refused.
  await (await openContainerStore(options)).close();
  const paths = new StorePaths(options);
  const lock = await openLockFile(paths.lockFile, {
    protocol: options.lock ?? "auto",
    readOnly: options.readOnly ?? false,
  });
  const door = new Door(paths, lock, {
    lockTimeout: options.lockTimeout,
    warn: options.onWarning ?? (() => undefined),
    quota: options.quota,
  });
  const store = new OpenedContainerStore(door);
  const assertSound = async (): Promise<void> => {
    await store.list();
    const broken = violations(door.memory.catalog);
    if (broken.length > 0) throw new Error(`the catalog is broken: ${broken.join("; ")}`);
    const remembered = await contents(store);
    await using other = await openContainerStore(options);
    const onDisk = await contents(other);
    if (remembered.join("\n") !== onDisk.join("\n")) {
      throw new Error(
        `the memory is not what the disk has:\n${remembered.join("\n")}\n--\n${onDisk.join("\n")}`,
      );
    }
  };
  return {
    store,
    memory: door.memory,
    assertSound,
    async [Symbol.asyncDispose]() {
      try {
        await assertSound();
      } finally {
        await store.close();
      }
    },
  };
}

/** The records by file, in order; the list itself may have new stable ones behind volatile ones until the next load. */
async function contents(store: ContainerStore): Promise<string[]> {
  const all = await store.list();
  return [false, true].flatMap((volatile) =>
    all
      .filter((container) => container.volatile === volatile)
      // Bytes that were no UTF-8 are written as an escape of U+FFFD, and are read again as that character.
      .map((container) =>
        encodeContainerText(container).replace(/\\\\|\\ufffd/g, (escape) =>
          escape === "\\ufffd" ? "\ufffd" : escape,
        ),
      )
      .map((record) => `${volatile ? "volatile" : "stable"} ${record}`),
  );
}
