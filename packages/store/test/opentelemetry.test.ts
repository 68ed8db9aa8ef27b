import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { metrics } from "@opentelemetry/api";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { openLockFile } from "@stowage/lockfile";
import { repositoryRoot, temporaryFolder } from "@stowage/test-kit";
import { expect, it } from "vitest";
import { openContainerStore } from "../src/index.ts";

it("becomes metrics by the example in docs/statistics.md", async () => {
  await using folder = await temporaryFolder();
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 2 ** 31 - 1 });
  const provider = new MeterProvider({ readers: [reader] });
  metrics.setGlobalMeterProvider(provider);
  try {
    await runExample(folder.path);
    const dir = path.join(folder.path, "store");
    await using store = await openContainerStore({ dir });
    await using other = await openContainerStore({ dir });
    const { id } = await store.create();
    await other.list();
    await using lock = await openLockFile(path.join(dir, "containers.lock"));
    const held = await lock.lockForWriting();
    const changing = store.setMetadata(id, "y");
    while (store.statistics().waits === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    await held.release();
    await changing;

    await reader.forceFlush();
    const found = exporter
      .getMetrics()
      .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics))
      .map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints] as const);
    expect(found.map(([name]) => name).sort()).toEqual([
      "stowage.store.load.duration",
      "stowage.store.save.bytes",
      "stowage.store.save.duration",
      "stowage.store.wait.duration",
    ]);
    for (const [, points] of found) {
      expect(points.every(({ attributes }) => attributes["stowage.store.dir"] === dir)).toBe(true);
    }
    const saves = found.find(([name]) => name === "stowage.store.save.duration")![1];
    expect(saves).toMatchObject([{ value: { count: 2 } }]);
  } finally {
    metrics.disable();
    await provider.shutdown();
  }
});

/** As it is printed, but that it finds the package where this test has it. */
async function runExample(folder: string): Promise<void> {
  const text = await readFile(path.join(repositoryRoot, "docs/statistics.md"), "utf8");
  const code = /^## OpenTelemetry$[^]*?^```js\n([^]*?)^```$/m.exec(text)?.[1] ?? "";
  const api = import.meta.resolve("@opentelemetry/api");
  const file = path.join(folder, "example.mjs");
  await writeFile(file, code.replace('"@opentelemetry/api"', JSON.stringify(api)));
  await import(/* @vite-ignore */ pathToFileURL(file).href);
}
