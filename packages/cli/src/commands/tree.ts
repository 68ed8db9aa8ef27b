import type { CommandContext } from "../context.ts";
import { examples } from "../declare.ts";
import type { DeclareCommand } from "../declare.ts";
import { lookAround } from "../images.ts";
import { filterHelp, filterOption, selectContainers } from "../input/selection.ts";
import { shortId } from "../render/human.ts";
import type { Encodable } from "../render/json.ts";
import { cut } from "../render/table.ts";
import { lines, visible } from "../render/text.ts";
import { drawTree, treeOf } from "../render/tree.ts";
import type { ImageBranch, LayerBranch, TreeNode } from "../render/tree.ts";
import { widthsFor } from "../render/width.ts";

interface TreeFlags {
  readonly filter?: readonly string[];
  readonly trunc: boolean;
}

/** `stowage tree`: image, layer, container, with what is gone marked. */
export const declareTree: DeclareCommand = (program, run) => {
  program
    .command("tree")
    .description(
      "Draw which containers stand on which layer and image; what is gone from podman's tree is marked.",
    )
    .addOption(filterOption())
    .option("--no-trunc", "whole ids, and no line cut to fit the terminal")
    .addHelpText(
      "after",
      `${filterHelp}${examples(
        ["stowage tree", ""],
        ["stowage --graph-root /var/lib/containers/storage tree", "podman's"],
        ["stowage tree -f image=3b25", "of one image"],
      )}`,
    )
    .action(run<[], TreeFlags>(showTree));
};

async function showTree(
  context: CommandContext,
  _: readonly [],
  { filter, trunc }: TreeFlags,
): Promise<void> {
  const branches = await context.withStore("read", async (store) => {
    const containers = await selectContainers(store, { filter }, context.signal);
    return treeOf(containers, await lookAround(context, store));
  });
  if (context.json) {
    await context.print({ json: () => ({ images: branches as unknown as Encodable }), text: () => "" });
    return;
  }
  const { columns } = context.stdout;
  const width = trunc ? (columns ?? Infinity) : Infinity;
  const drawn = [...drawTree(branches.map((branch) => imageNode(branch, trunc)))];
  const widthOf = await widthsFor([drawn]);
  // Colours are put on behind the cut, which would count them.
  const marked = drawn.map((line) =>
    cut(line, width, widthOf).replace(/\(gone\)$/, (mark) => context.stdout.style.bad(mark)),
  );
  await context.stdout.write(lines(marked));
}

function imageNode({ image, names, missing, layers }: ImageBranch, trunc: boolean): TreeNode {
  const [name] = names;
  const id = idText(image, trunc);
  const text = image === "" ? "(no image)" : name === undefined ? id : `${visible(name)}  ${id}`;
  return {
    line: text + goneMark(missing),
    children: layers.flatMap((layer) => layerNodes(layer, trunc)),
  };
}

/** Containers without a layer hang on the image itself. */
function layerNodes({ layer, missing, containers }: LayerBranch, trunc: boolean): readonly TreeNode[] {
  const leaves = containers.map(({ id, names }) => ({
    line: names.length === 0 ? idText(id, trunc) : `${visible(names.join(","))}  ${idText(id, trunc)}`,
    children: [],
  }));
  return layer === ""
    ? leaves
    : [{ line: `layer ${idText(layer, trunc)}${goneMark(missing)}`, children: leaves }];
}

const idText = (id: string, trunc: boolean): string => visible(trunc ? shortId(id) : id);
const goneMark = (missing: boolean | undefined): string => (missing === true ? " (gone)" : "");
