import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { ContainerStore } from "@stowage/store";

/** A tree such as podman's: images and layers beside the store, and containers on them, some on what is gone. */
export const DEMO_AT = "graph/overlay-containers";

const idOf = (text: string): string => createHash("sha256").update(text).digest("hex");

const IMAGES = [
  "docker.io/library/nginx:1.27",
  "docker.io/library/postgres:16",
  "quay.io/keycloak/keycloak:25.0",
];
const GONE = "docker.io/library/redis:7";

const CONTAINERS: readonly (readonly [name: string, image: string, kilobytes: number])[] = [
  ["web-1", IMAGES[0]!, 310],
  ["web-2", IMAGES[0]!, 280],
  ["web-3", IMAGES[0]!, 120],
  ["db", IMAGES[1]!, 900],
  ["db-replica", IMAGES[1]!, 640],
  ["login", IMAGES[2]!, 420],
  ["cache", GONE, 150],
];

/** Fills the store; always the same but for the moments. */
export async function fillDemo(store: ContainerStore, folder: string): Promise<void> {
  const graph = path.join(folder, "graph");
  const layers = [...IMAGES, ...CONTAINERS.map(([name]) => name)];
  await mkdir(path.join(graph, "overlay-images"), { recursive: true, mode: 0o700 });
  await mkdir(path.join(graph, "overlay-layers"), { recursive: true, mode: 0o700 });
  const created = "2026-11-02T10:00:00Z";
  const images = IMAGES.map((name) => ({
    id: idOf(name),
    names: [name],
    layer: idOf(`layer ${name}`),
    created,
  }));
  await writeFile(path.join(graph, "overlay-images/images.json"), JSON.stringify(images), { mode: 0o600 });
  await writeFile(path.join(graph, "overlay-images/images.lock"), "", { mode: 0o644 });
  const records = layers.map((name) => ({ id: idOf(`layer ${name}`), created }));
  await writeFile(path.join(graph, "overlay-layers/layers.json"), JSON.stringify(records), { mode: 0o600 });
  await writeFile(path.join(graph, "overlay-layers/layers.lock"), "", { mode: 0o644 });
  for (const [name, image, kilobytes] of CONTAINERS) {
    const config = JSON.stringify({ hostname: name, env: { TIER: "front" }, ports: [80, 443] });
    await store.create({
      id: idOf(name),
      names: [name],
      image: idOf(image),
      layer: idOf(`layer ${name}`),
      metadata: JSON.stringify({ "image-name": image, name }),
      bigData: [
        { key: "config.json", data: config },
        { key: "state.bin", data: Buffer.alloc(kilobytes * 1000, `${name}\u0000`) },
      ],
    });
  }
}

export const demoId = idOf;
