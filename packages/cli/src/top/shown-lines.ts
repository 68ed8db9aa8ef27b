import type { Container } from "@stowage/store";
import { detailsLines, type DetailsLine } from "./details-lines.ts";
import { previewLines, suggestedMode, type PreviewMode } from "./preview-lines.ts";
import type { Content, TopState, Trouble } from "./state.ts";
import { span, type TextLine } from "./text-line.ts";

/** How a record is written; the store knows. */
export type WriteRecord = (container: Container) => string;

/** The lines of the details that are open; none when none are. */
export function linesOfDetails(state: TopState, record: WriteRecord): readonly DetailsLine[] {
  const { details, tree, flashes, size, wallClock } = state;
  if (details === undefined) return [];
  const changed = new Set(flashes.get(details.container.id)?.members);
  return detailsLines(details.container, { tree, changed, columns: size.columns, now: wallClock, record });
}

export function modeOfPreview({ preview }: TopState): PreviewMode | undefined {
  if (preview === undefined) return undefined;
  return preview.mode ?? (hasBytes(preview.content) ? suggestedMode(preview.content) : undefined);
}

/** The lines of the preview that is open. Kept until it is another content: they are asked for with each key. */
export function linesOfPreview(state: TopState): readonly TextLine[] {
  const { preview, size } = state;
  const content = preview?.content;
  if (preview === undefined) return [];
  if (content === undefined) return [[span("reading …", "faint")]];
  if (!hasBytes(content)) return [[span(content.message, "bad")]];
  const mode = modeOfPreview(state) ?? "hex";
  const key = `${mode} ${size.columns}`;
  const known = kept.get(content);
  if (known?.key === key) return known.lines;
  const lines = previewLines(content, mode, size.columns);
  kept.set(content, { key, lines });
  return lines;
}

const kept = new WeakMap<Content, { readonly key: string; readonly lines: readonly TextLine[] }>();

export function hasBytes(content: Content | Trouble | undefined): content is Content {
  return content !== undefined && "bytes" in content;
}
