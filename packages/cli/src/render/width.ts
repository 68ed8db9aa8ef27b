/** Cells that a text takes on a terminal. */
export type MeasureWidth = (text: string) => number;

/** Characters of one cell each; the ellipsis is what cut text ends with. */
const onlySingleCells = /^[\x20-\x7e…]*$/;

/**
 * What measures these texts, and whatever is cut from them. Most tables are plain
 * ASCII, where the length is the width: the package that knows all writing takes
 * longer to load than a store to open and read, so it is loaded for others only.
 */
export async function widthsFor(columns: readonly (readonly string[])[]): Promise<MeasureWidth> {
  const arePlain = columns.every((texts) => texts.every((text) => onlySingleCells.test(text)));
  if (!arePlain) return (await import("string-width")).default;
  return (text) => text.length;
}
