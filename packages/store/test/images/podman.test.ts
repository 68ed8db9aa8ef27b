import path from "node:path";
import { podmanStore, runProcess, temporaryFolder } from "@stowage/test-kit";
import { expect, it } from "vitest";
import { openContainerStore } from "../../src/index.ts";

it("finds the images that podman finds, by the same names", async (context) => {
  await using folder = await temporaryFolder();
  await using _ = {
    async [Symbol.asyncDispose]() {
      await runProcess("chmod", ["-R", "u+rwX", folder.path]);
    },
  };
  const { found: real, reason } = await podmanStore(folder.path, ["one"]);
  if (real === undefined) return context.skip(reason);
  const { podman, image, dir } = real;
  await using store = await openContainerStore({ dir });
  expect((await store.images()).namesOf(image)).toEqual(["localhost/stowage-test:1"]);
  expect((await store.images()).problems).toEqual([]);
  expect(await store.ghosts()).toEqual([]);

  // While the store is open: another image, whose name looks like the beginning of the first one's id.
  const archive = path.join(folder.path, "image.tar");
  const likeId = image.slice(0, 3);
  const second = (
    await podman("import", "--quiet", "--message", "second", archive, `localhost/${likeId}`)
  ).stdout
    .trim()
    .replace("sha256:", "");
  const tagged = ["docker.io/library/alpine:latest", "quay.io/team/tool:2", "docker.io/user/app:latest"];
  expect((await podman("tag", "stowage-test:1", ...tagged)).stderr).toBe("");
  const images = await store.images();
  expect(await store.images(), "read again only when changed").toBe(images);
  const { digest } = images.get(image);
  expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);

  const refs = [
    ...[image, `sha256:${image}`, image.slice(0, 12), likeId, second.slice(0, 12), "", "no-such-image"],
    ...[
      "stowage-test:1",
      "stowage-test",
      "localhost/stowage-test:1",
      "alpine",
      "alpine:latest",
      "library/alpine",
    ],
    ...["docker.io/alpine", "docker.io/library/alpine:latest", "tool", "tool:2", "team/tool:2", "eam/tool:2"],
    ...["quay.io/team/tool", "quay.io/team/tool:2", "app", "user/app", `alpine@${digest}`, "alpine:3"],
  ];
  for (const ref of refs) {
    const { code, stdout } = await podman("image", "inspect", "--format", "{{.Id}}", ref);
    expect(images.find(ref)?.id, ref).toBe(code === 0 ? stdout.trim() : undefined);
  }

  // podman is told by its own words what is there: a container whose image we looked up.
  const made = await store.create({ names: ["ours"], image: images.get("alpine").id });
  expect(made.image).toBe(image);
  const [one] = await store.list();
  expect(images.layerExists(one?.layer ?? "")).toBe(true);
  expect(images.findLayer(one?.layer ?? "")?.parent).toBe(images.get(image).layer);
  await store.delete("ours");

  expect((await podman("rmi", "--force", "--ignore", second)).stderr).toBe("");
  expect((await store.images()).imageExists(second)).toBe(false);
});
