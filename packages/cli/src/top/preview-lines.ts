import stringWidth from "string-width";
import { indentJson } from "../render/json.ts";
import { isPlain, visible } from "../render/text.ts";
import { span, type TextLine, wrapped } from "./text-line.ts";
import type { Content } from "./state.ts";

/** How the bytes of an item are shown. */
export type PreviewMode = "text" | "json" | "hex";

export const PREVIEW_MODES: readonly PreviewMode[] = ["text", "json", "hex"];

/** Bytes of an item that are read to be looked at. */
export const PREVIEW_LIMIT = 64 * 1024;

/** How the content is shown unless somebody asks for another way. */
export function suggestedMode({ bytes, isWhole }: Content): PreviewMode {
  const text = textOf(bytes, isWhole);
  if (text === undefined || !isPlain(text)) return "hex";
  return isWhole && isJson(text) ? "json" : "text";
}

export function previewLines({ bytes }: Content, mode: PreviewMode, columns: number): readonly TextLine[] {
  if (bytes.length === 0) return [[span("it is empty", "faint")]];
  if (mode === "hex") return hexLines(bytes, columns);
  // What is no UTF-8 is shown as such by the replacement character.
  const text = new TextDecoder("utf-8").decode(bytes);
  const shown = mode === "json" && isJsonLike(text) ? indentJson(text) : text;
  const lines = shown.replace(/\r?\n$/, "").split(/\r?\n/);
  return lines.flatMap((line) =>
    wrapped(visible(line.replaceAll("\t", "    ")), columns, stringWidth).map((part) => [span(part)]),
  );
}

/** The bytes as text; undefined when they are no UTF-8. A character that the end cuts in two is left out. */
function textOf(bytes: Uint8Array, isWhole: boolean): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes, { stream: !isWhole });
  } catch {
    return undefined;
  }
}

function isJson(text: string): boolean {
  if (!isJsonLike(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** A list or an object; the first part of one, too. */
function isJsonLike(text: string): boolean {
  return /^\s*[[{]/.test(text);
}

/** Offset, bytes, and what of them is ASCII; as many in a line as there is room for. */
function hexLines(bytes: Uint8Array, columns: number): readonly TextLine[] {
  const perLine = [16, 8].find((count) => 9 + 4 * count <= columns) ?? 4;
  const lines: TextLine[] = [];
  for (let offset = 0; offset < bytes.length; offset += perLine) {
    const part = [...bytes.subarray(offset, offset + perLine)];
    const hex = part.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const ascii = part
      .map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : "."))
      .join("");
    lines.push([
      span(offset.toString(16).padStart(6, "0"), "faint"),
      span(`  ${hex.padEnd(perLine * 3 - 1)}  `),
      span(ascii, "faint"),
    ]);
  }
  return lines;
}
