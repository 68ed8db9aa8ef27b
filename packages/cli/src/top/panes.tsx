import { type ReactNode, useRef } from "react";
import { humanSize } from "../render/human.ts";
import { helpLines } from "./help-lines.ts";
import { layoutOf } from "./layout.ts";
import { emptyText, listLines } from "./list-lines.ts";
import { Pane, type ViewProps } from "./pane.tsx";
import { PREVIEW_MODES } from "./preview-lines.ts";
import type { Place } from "./scroll.ts";
import { hasBytes, linesOfDetails, linesOfPreview, modeOfPreview, type WriteRecord } from "./shown-lines.ts";
import type { TopState } from "./state.ts";
import { span, type TextLine } from "./text-line.ts";

export function ListPane({ state, style }: ViewProps): ReactNode {
  const widest = useRef({ columns: 0, of: new Map<string, number>() });
  const { columns } = state.size;
  if (widest.current.columns !== columns) widest.current = { columns, of: new Map() };
  const { heading, lines } = listLines(state, widest.current.of);
  const empty = emptyText(state);
  return (
    <Pane
      title={heading}
      lines={empty === undefined ? lines : [[span(`   ${empty}`, "faint")]]}
      chosen={empty === undefined ? state.place.at - state.place.top : undefined}
      state={state}
      style={style}
    />
  );
}

export function DetailsPane({ state, style, record }: ViewProps & { record: WriteRecord }): ReactNode {
  const { details } = state;
  if (details === undefined) return null;
  const { container, isGone, place } = details;
  const title: TextLine = [
    span(container.names[0] ?? container.id, "heading"),
    ...(isGone ? [span("   it is gone; this is what it was", "bad")] : []),
  ];
  const lines = linesOfDetails(state, record).map(({ line }) => line);
  return (
    <Pane
      title={title}
      lines={seen(lines, place, state)}
      chosen={place.at - place.top}
      state={state}
      style={style}
    />
  );
}

export function PreviewPane({ state, style }: ViewProps): ReactNode {
  const { preview, details } = state;
  if (preview === undefined || details === undefined) return null;
  const mode = modeOfPreview(state);
  const title: TextLine = [
    span(preview.key, "heading"),
    span("  "),
    ...PREVIEW_MODES.map((each) =>
      each === mode ? span(` [${each}]`, "strong") : span(`  ${each} `, "faint"),
    ),
    span(partText(state), "warning"),
  ];
  return (
    <Pane
      title={title}
      lines={seen(linesOfPreview(state), preview.place, state)}
      state={state}
      style={style}
    />
  );
}

export function HelpPane({ state, style }: ViewProps): ReactNode {
  if (state.help === undefined) return null;
  return (
    <Pane
      title={[span("Keys", "heading")]}
      lines={seen(helpLines(state.size.columns), state.help, state)}
      state={state}
      style={style}
    />
  );
}

/** Which part of the item is seen, when it is not all of it. */
function partText({ preview, details }: TopState): string {
  const content = preview?.content;
  if (preview === undefined || !hasBytes(content) || content.isWhole) return "";
  const size = details?.container.bigDataSizes.get(preview.key);
  const whole = size === undefined ? "" : ` of ${humanSize(size)}`;
  return `   the first ${humanSize(content.bytes.length)}${whole}`;
}

function seen(lines: readonly TextLine[], { top }: Place, state: TopState): readonly TextLine[] {
  return lines.slice(top, top + layoutOf(state).body);
}
