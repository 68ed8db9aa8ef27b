/**
 * A line of pieces as lines of at most so many characters, cut between words, the further ones set in.
 */
export function wrapped(pieces, columns, indent = "    ") {
  const lines = [[]];
  let used = 0;
  for (const piece of pieces.flatMap(wordsOf)) {
    if (used > 0 && used + piece.text.trimEnd().length > columns) {
      lines.push([{ text: indent }]);
      used = indent.length;
      piece.text = piece.text.trimStart();
    }
    lines.at(-1).push(piece);
    used += piece.text.length;
  }
  return lines.map(joined);
}

/** Each with the spaces behind it. */
const wordsOf = (piece) => (piece.text.match(/\s*\S+\s*|\s+/g) ?? []).map((text) => ({ ...piece, text }));

function joined(pieces) {
  const lines = [];
  for (const piece of pieces) {
    const last = lines.at(-1);
    if (last !== undefined && lookOf(last) === lookOf(piece)) last.text += piece.text;
    else lines.push({ ...piece });
  }
  return lines;
}

const lookOf = (piece) => JSON.stringify({ ...piece, text: "" });
