import type { Container, StoreStatistics } from "@stowage/store";

import { examples } from "../declare.ts";
import type { DeclareCommand } from "../declare.ts";
import { dataSize } from "../render/container-view.ts";
import { humanSize } from "../render/human.ts";
import type { Encodable } from "../render/json.ts";
import { lines, visible } from "../render/text.ts";

/** `stowage stats`: what the store holds, and what reading it took. */
export const declareStats: DeclareCommand = (program, run) => {
  program
    .command("stats")
    .description("Show how much is in the store, and what reading it took.")
    .addHelpText("after", examples(["stowage stats", ""], ["stowage stats --json | jq .containers", ""]))
    .action(
      run(async (context) => {
        const { signal, stdout } = context;
        const found = await context.withStore("read", async (store) => {
          const containers = await store.list({ signal });
          const { dir, transient, lockProtocol } = store;
          return { dir, transient, lockProtocol, ...sums(containers), statistics: store.statistics() };
        });
        const shown = stdout.isTerminal ? humanSize : String;
        await context.print({
          json: () => ({ ...found, statistics: found.statistics as unknown as Encodable }),
          text: () => {
            const facts = [
              ["store", visible(found.dir)],
              ["lock", `${found.lockProtocol}${found.transient ? ", transient" : ""}`],
              ["containers", String(found.containers)],
              ["of those volatile", String(found.volatileContainers)],
              ["names", String(found.names)],
              ["big data items", String(found.dataItems)],
              ["big data", shown(found.dataBytes)],
              ...statisticsFacts(found.statistics, shown),
            ] as const;
            return lines(
              facts.map(([what, value]) => `${stdout.style.heading(`${what}:`.padEnd(20))} ${value}`),
            );
          },
        });
      }),
    );
};

function sums(containers: readonly Container[]) {
  return {
    containers: containers.length,
    volatileContainers: containers.filter(({ volatile }) => volatile).length,
    names: containers.reduce((sum, { names }) => sum + names.length, 0),
    dataItems: containers.reduce((sum, { bigDataNames }) => sum + bigDataNames.length, 0),
    dataBytes: containers.reduce((sum, container) => sum + dataSize(container), 0n),
  };
}

function statisticsFacts(
  { bytes, loads, recordsDecoded, waits }: StoreStatistics,
  shown: (bytes: number) => string,
): readonly (readonly [string, string])[] {
  return [
    ["records", shown(bytes)],
    ["loads", String(loads)],
    ["records decoded", String(recordsDecoded)],
    ["waits for others", String(waits)],
  ];
}
