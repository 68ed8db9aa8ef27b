/** Carries out a plan through the library, and says when it begins a group and when each request is acknowledged. */
import { readFileSync, writeSync } from "node:fs";
import { openContainerStore } from "@stowage/store";
import { contentOf, type PlannedGroup, type PlannedRequest } from "./plan.ts";

export interface WorkloadOptions {
  readonly dir: string;
  readonly runDir?: string;
  readonly transient?: boolean;
  readonly lock: "kernel" | "portable";
}

const [optionsText = "", planFile = ""] = process.argv.slice(2);
const groups = JSON.parse(readFileSync(planFile, "utf8")) as readonly PlannedGroup[];
await using store = await openContainerStore(JSON.parse(optionsText) as WorkloadOptions);

const say = (mark: string): number => writeSync(1, `${mark}\n`);

async function carryOut({ op, id, names = [], metadata = "", items = [], volatile }: PlannedRequest) {
  switch (op) {
    case "create":
      return store.create({
        ...{ id, names, metadata, volatile },
        bigData: items.map((item) => ({ key: item.key, data: contentOf(item) })),
      });
    case "setMetadata":
      return store.setMetadata(id, metadata);
    case "takeName":
      return store.setNames(id, names, { onConflict: "steal" });
    case "setBigData":
      for (const item of items) await store.setBigData(id, item.key, contentOf(item));
      return;
    case "delete":
      return store.delete(id);
  }
}

let request = 0;
for (const group of groups) {
  const first = request;
  request += group.length;
  say(`begin ${request}`);
  await Promise.all(
    group.map(async (each, index) => {
      await carryOut(each);
      say(`done ${first + index}`);
    }),
  );
}
