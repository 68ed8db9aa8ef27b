/**
 * What has to be written so that a terminal that shows `before` shows `after`: only the lines that
 * differ, each at its place, so that little goes over a slow line and nothing flickers. Undefined as
 * `before`: nobody knows what it shows.
 */
export function frameUpdate(
  before: readonly string[] | undefined,
  after: readonly string[],
  rows: number,
): string {
  let update = before === undefined ? "\u001b[0m\u001b[2J" : "";
  for (let row = 0; row < rows; row += 1) {
    const line = after[row] ?? "";
    if (line === (before === undefined ? "" : (before[row] ?? ""))) continue;
    // Erased first: behind a full line the cursor stands on its last cell.
    update += `\u001b[${row + 1};1H\u001b[2K${line}`;
  }
  return update;
}
