import { Box, useInput } from "ink";
import type { ReactNode } from "react";
import { hintLine, statusLine } from "./foot-lines.ts";
import { headLines } from "./head-lines.ts";
import { type KeyPress, keyPresses } from "./key-press.ts";
import { isTooSmall, layoutOf, LEAST } from "./layout.ts";
import { Lines, type ViewProps } from "./pane.tsx";
import { DetailsPane, HelpPane, ListPane, PreviewPane } from "./panes.tsx";
import type { WriteRecord } from "./shown-lines.ts";
import { span, type TextLine } from "./text-line.ts";

export interface AppProps extends ViewProps {
  readonly record: WriteRecord;
  readonly onKeys: (keys: readonly KeyPress[]) => void;
}

/** The whole screen. */
export function App(props: AppProps): ReactNode {
  const { state, style } = props;
  useInput((input, key) => props.onKeys(keyPresses(input, key)));
  const { columns, rows } = state.size;
  return (
    <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
      {isTooSmall(state.size) ? <TooSmall state={state} style={style} /> : <Screen {...props} />}
    </Box>
  );
}

function Screen({ state, style, record }: AppProps): ReactNode {
  const banner = layoutOf(state).banner.map((text, index): TextLine => {
    const tone = state.trouble === undefined ? "warning" : "bad";
    return [span(index === 0 ? "! " : "  ", tone), span(text, tone)];
  });
  return (
    <>
      <Lines lines={[...headLines(state), ...banner]} state={state} style={style} />
      <Middle state={state} style={style} record={record} />
      <Lines lines={[statusLine(state), hintLine(state)]} state={state} style={style} />
    </>
  );
}

function Middle({ state, style, record }: ViewProps & { record: WriteRecord }): ReactNode {
  if (state.help !== undefined) return <HelpPane state={state} style={style} />;
  if (state.preview !== undefined) return <PreviewPane state={state} style={style} />;
  if (state.details !== undefined) return <DetailsPane state={state} style={style} record={record} />;
  return <ListPane state={state} style={style} />;
}

function TooSmall({ state, style }: ViewProps): ReactNode {
  const { columns, rows } = state.size;
  const texts = [`too small: ${columns} × ${rows}`, `${LEAST.columns} × ${LEAST.rows} is needed`, "q leaves"];
  return <Lines lines={texts.slice(0, rows).map((text) => [span(text)])} state={state} style={style} />;
}
