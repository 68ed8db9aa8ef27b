import xterm from "@xterm/headless";

/**
 * What a terminal shows after all of `text` was written to it: lines of pieces, each with its look.
 */
export async function screenOf(text, columns) {
  const terminal = new xterm.Terminal({ cols: columns, rows: 200, allowProposedApi: true, convertEol: true });
  await new Promise((resolve) => terminal.write(text, resolve));
  const { active } = terminal.buffer;
  const lines = Array.from({ length: active.length }, (_, row) => piecesOf(active.getLine(row), columns));
  terminal.dispose();
  return lines.slice(
    0,
    lines.findLastIndex((pieces) => pieces.some((piece) => piece.text.trim() !== "")) + 1,
  );
}

function piecesOf(line, columns) {
  const pieces = [];
  for (let column = 0; column < columns; column += 1) {
    const cell = line.getCell(column);
    // A wide character has two cells, and the second one has no width.
    if (cell.getWidth() === 0) continue;
    const look = {
      bold: cell.isBold() !== 0,
      faint: cell.isDim() !== 0,
      colour: cell.isFgPalette() ? cell.getFgColor() % 8 : undefined,
    };
    const last = pieces.at(-1);
    const text = cell.getChars() || " ";
    if (last !== undefined && ["bold", "faint", "colour"].every((key) => last[key] === look[key]))
      last.text += text;
    else pieces.push({ text, ...look });
  }
  const end = pieces.at(-1);
  if (end !== undefined) end.text = end.text.trimEnd();
  return pieces.filter((piece) => piece.text !== "");
}
