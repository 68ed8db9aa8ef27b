import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StowageError } from "../../src/errors.ts";
import { ImageView } from "../../src/images/image-view.ts";
import { matchName, parseReference } from "../../src/images/reference.ts";
import type { Image } from "../../src/model/image.ts";

const image = (id: string, ...names: string[]): Image => ({
  id,
  names,
  digest: `sha256:${id.padEnd(64, "0")}`,
  layer: `layer-${id}`,
  created: "",
});
const problem = new StowageError("ERR_IMAGES_UNAVAILABLE", "not there");
const view = (...images: Image[]): ImageView => new ImageView({ list: images }, { list: [] });

describe("a reference", () => {
  it.each([
    ["alpine", { name: "alpine", tag: undefined, digest: undefined }],
    ["localhost:5000/a/b", { name: "localhost:5000/a/b", tag: undefined, digest: undefined }],
    ["localhost:5000/a:1@sha256:ff", { name: "localhost:5000/a", tag: "1", digest: "sha256:ff" }],
  ])("%s is taken apart", (text, parts) => {
    expect(parseReference(text)).toEqual(parts);
  });

  it("finds a name by itself and by each of its ends from a slash on, and by no other end", () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,6}$/);
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 3 }), part, fc.nat(12), (parts, tag, cut) => {
        const whole = `example.com/${parts.join("/")}:${tag}`;
        expect(matchName(parseReference(whole), whole, "")).toBe("whole");
        const end = whole.slice(Math.min(cut, whole.lastIndexOf(":") - 1));
        const isPart = end === whole || whole.endsWith(`/${end}`);
        const match = matchName(parseReference(end), whole, "");
        expect(match !== undefined).toBe(isPart && !end.startsWith("/"));
      }),
    );
  });
});

describe("the images of a tree", () => {
  const alpine = image("aa11", "docker.io/library/alpine:latest");
  const own = image("aa22", "localhost/alpine:3", "localhost/tool:latest");

  it("are found by id, name, end of a name and beginning of an id, in this order", () => {
    const names = view(alpine, own, image("bb", "quay.io/x/aa1:latest"));
    for (const ref of [
      "aa11",
      "sha256:aa11",
      "alpine",
      "alpine:latest",
      "library/alpine",
      "docker.io/alpine",
    ]) {
      expect(names.find(ref)?.id, ref).toBe("aa11");
    }
    expect(names.find(`alpine@${alpine.digest}`)?.id).toBe("aa11");
    expect(names.find(`alpine@${own.digest}`)?.id).toBe("aa22");
    expect(names.find("alpine:3")?.id).toBe("aa22");
    expect(names.find("aa1")?.id, "a name before the beginning of an id").toBe("bb");
    expect(names.find("aa2")?.id).toBe("aa22");
    for (const ref of [
      "",
      "aa",
      "pine",
      "alpine:4",
      "quay.io/alpine",
      "ALPINE",
      "__proto__",
      "constructor",
    ]) {
      expect(names.find(ref), ref).toBeUndefined();
    }
  });

  it("are refused when several fit, with their names", () => {
    const names = view(alpine, image("cc", "localhost/alpine:latest"));
    expect(names.find("alpine")).toBeUndefined();
    expect(() => names.get("alpine")).toThrow(
      expect.objectContaining({
        code: "ERR_IMAGE_UNKNOWN",
        details: {
          ref: "alpine",
          candidates: ["docker.io/library/alpine:latest", "localhost/alpine:latest"],
        },
      }),
    );
    expect(names.get("localhost/alpine").id).toBe("cc");
    expect(() => names.get("nothing")).toThrow(expect.objectContaining({ details: { ref: "nothing" } }));
  });

  it("share no name: the last one has it", () => {
    const names = view(image("a", "x:1", "y:1"), image("b", "x:1"));
    expect(names.namesOf("a")).toEqual(["y:1"]);
    expect(names.find("x:1")?.id).toBe("b");
  });

  it("are never taken for gone when they are not known", () => {
    const container = { image: "i", layer: "l" };
    const unknown = new ImageView({ problem }, { problem });
    expect(unknown.missing(container)).toEqual([]);
    expect(unknown.imageExists("i")).toBeUndefined();
    expect(unknown.layerExists("l")).toBeUndefined();
    expect(unknown.namesOf("i")).toEqual([]);
    expect(unknown.problems).toEqual([problem]);
    expect(() => unknown.find("i")).toThrow(problem);
    expect(() => unknown.findLayer("l")).toThrow(problem);
    const half = new ImageView({ problem }, { list: [{ id: "k", names: ["n"], parent: "" }] });
    expect(half.missing(container)).toEqual(["layer"]);
    expect(half.findLayer("n")?.id).toBe("k");
    expect(view().missing(container)).toEqual(["image"].concat("layer"));
    expect(view().missing({ image: "", layer: "" })).toEqual([]);
  });
});
