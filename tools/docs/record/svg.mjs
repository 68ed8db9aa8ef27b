const CELL = { width: 8.4, height: 19 };
const MARGIN = 18;
const BAR = 30;

/** Names of the classes for the colours of a terminal, which the style gives for light and for dark pages. */
const COLOURS = ["c0", "red", "green", "yellow", "blue", "magenta", "cyan", "c7"];

const STYLE = `
  .box { fill: #f6f8fa; stroke: #d0d7de; }
  text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #1f2328; white-space: pre; }
  .bold { font-weight: 700; } .faint { fill: #656d76; } .typed { fill: #0550ae; }
  .red { fill: #cf222e; } .green { fill: #1a7f37; } .yellow { fill: #7d4e00; } .blue { fill: #0550ae; } .magenta { fill: #8250df; } .cyan { fill: #1b7c83; }
  .dot { fill: #d0d7de; }
  @media (prefers-color-scheme: dark) {
    .box { fill: #161b22; stroke: #30363d; }
    text { fill: #e6edf3; } .faint { fill: #8d96a0; } .typed { fill: #79c0ff; }
    .red { fill: #ff7b72; } .green { fill: #56d364; } .yellow { fill: #e3b341; } .blue { fill: #79c0ff; } .magenta { fill: #d2a8ff; } .cyan { fill: #76e3ea; }
    .dot { fill: #30363d; }
  }
`;

/** Lines of a terminal as a picture that is read on light and on dark pages, and needs nothing from outside. */
export function svgOf(lines, columns, title) {
  const width = Math.ceil(columns * CELL.width + 2 * MARGIN);
  const height = BAR + lines.length * CELL.height + MARGIN;
  const rows = lines.map((pieces, row) => rowOf(pieces, BAR + (row + 1) * CELL.height - 5));
  const dots = [0, 1, 2].map((each) => `<circle class="dot" cx="${MARGIN + 4 + each * 16}" cy="16" r="5"/>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
<rect class="box" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
${dots.join("")}
${rows.join("\n")}
</svg>
`;
}

/** Each piece stands at its own column, so that a font of other widths moves no table. */
function rowOf(pieces, y) {
  let column = 0;
  const spans = pieces.map((piece) => {
    const x = (MARGIN + column * CELL.width).toFixed(1);
    column += piece.text.length;
    const length = (piece.text.length * CELL.width).toFixed(1);
    return `<tspan x="${x}" textLength="${length}" lengthAdjust="spacingAndGlyphs"${classOf(piece)}>${escaped(piece.text)}</tspan>`;
  });
  return `<text y="${y}" xml:space="preserve">${spans.join("")}</text>`;
}

function classOf({ bold, faint, typed, colour }) {
  const names = [
    ...(bold ? ["bold"] : []),
    ...(faint ? ["faint"] : []),
    ...(typed ? ["typed"] : []),
    ...(colour === undefined ? [] : [COLOURS[colour]]),
  ];
  return names.length === 0 ? "" : ` class="${names.join(" ")}"`;
}

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
