import { Box, Text } from "ink";
import type { ReactNode } from "react";
import type { Style } from "../render/colour.ts";
import { dressed, dressedChosen } from "./dress.ts";
import { layoutOf } from "./layout.ts";
import type { TopState } from "./state.ts";
import type { TextLine } from "./text-line.ts";

export interface ViewProps {
  readonly state: TopState;
  readonly style: Style;
}

interface LinesProps extends ViewProps {
  readonly lines: readonly TextLine[];
  /** Which of them one is at. */
  readonly chosen?: number | undefined;
}

/** Lines of the width of the terminal, each in one line whatever is in it. */
export function Lines({ lines, chosen, state, style }: LinesProps): ReactNode {
  const { columns } = state.size;
  return lines.map((line, index) => (
    <Box key={index} height={1} flexShrink={0}>
      <Text wrap="truncate">
        {index === chosen ? dressedChosen(line, columns, style) : dressed(line, columns, style)}
      </Text>
    </Box>
  ));
}

/** The middle of the screen: a heading, and as many lines as there is room for. */
export function Pane({ title, ...rest }: LinesProps & { readonly title: TextLine }): ReactNode {
  return (
    <>
      <Lines lines={[title]} state={rest.state} style={rest.style} />
      <Box flexDirection="column" height={layoutOf(rest.state).body} flexShrink={0} overflow="hidden">
        <Lines {...rest} />
      </Box>
    </>
  );
}
