/* How bytes of an item are shown. */

export type PreviewMode = "text" | "json" | "hex";

/** Bytes on one page of a preview; JSON is only shown whole. */
export const PAGE_BYTES: Readonly<Record<PreviewMode, number>> = {
  text: 64 * 1024,
  json: 512 * 1024,
  hex: 4 * 1024,
};

const LINE = 16;

/** Lines as `hexdump -C` has them: offset, bytes, and what of them can be printed. */
export function hexLines(bytes: Uint8Array, start: number): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += LINE) {
    const part = [...bytes.subarray(at, at + LINE)];
    const codes = part.map((byte) => byte.toString(16).padStart(2, "0"));
    const printed = part
      .map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "."))
      .join("");
    const left = codes.slice(0, 8).join(" ");
    const right = codes.slice(8).join(" ");
    lines.push(
      `${(start + at).toString(16).padStart(8, "0")}  ${left.padEnd(23)}  ${right.padEnd(23)}  ${printed}`,
    );
  }
  return lines.join("\n");
}

/** As UTF-8; what is none is shown as U+FFFD. */
export function decoded(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** JSON with line breaks, or why it is none. Numbers are shown as a browser reads them. */
export function prettyJson(bytes: Uint8Array): {
  readonly text: string;
  readonly problem: string | undefined;
} {
  const text = decoded(bytes);
  try {
    return { text: JSON.stringify(JSON.parse(text), undefined, 2), problem: undefined };
  } catch (error) {
    return { text, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** What an item is mostly best looked at as. */
export function likelyMode(bytes: Uint8Array, key: string): PreviewMode {
  if (bytes.some((byte) => byte < 0x09 || (byte > 0x0d && byte < 0x20))) return "hex";
  const first = decoded(bytes.subarray(0, 64)).trimStart()[0];
  return key.endsWith(".json") || first === "{" || first === "[" ? "json" : "text";
}
