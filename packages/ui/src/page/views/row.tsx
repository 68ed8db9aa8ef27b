import type { Row } from "../../protocol.ts";
import { nameOfImage } from "../state/model.ts";
import type { Mark } from "../state/table.ts";
import { Id, Text } from "../parts/text.tsx";
import { go, linkTo, openId } from "../route.ts";
import { humanAge, humanSize } from "../text.ts";

interface RowProps {
  readonly row: Row;
  readonly index: number;
  /** Pixels from the top of the list. */
  readonly start: number;
  readonly isActive: boolean;
  readonly now: number;
  /** What has just happened to it: a property, as a row is drawn anew only for another one. */
  readonly mark: Mark | undefined;
}

export const rowId = (index: number): string => `row-${index}`;

/** One container in the list, marked when it has just changed. */
export function RowView({ row, index, start, isActive, now, mark }: RowProps) {
  const isOpen = openId.value === row.id;
  // Two names of one animation, so that the second of two changes starts it anew.
  const flash = mark === undefined ? "" : `flash flash-${mark.type} turn-${mark.turn % 2}`;
  return (
    <div
      id={rowId(index)}
      class={["row", flash, isActive ? "active" : "", isOpen ? "open" : ""].join(" ")}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isOpen}
      style={{ transform: `translateY(${start}px)` }}
      onClick={() => go(linkTo("containers", row.id))}
    >
      <div class="cell name" role="gridcell">
        {row.names.length === 0 ? <span class="none">no name</span> : <Text text={row.names.join(", ")} />}
        {row.volatile ? <span class="tag">volatile</span> : null}
      </div>
      <div class="cell id" role="gridcell">
        <Id id={row.id} />
      </div>
      <div class="cell image" role="gridcell">
        {row.image === "" ? "\u2013" : <Text text={nameOfImage.value(row.image)} />}
      </div>
      <div class="cell layer" role="gridcell">
        {row.layer === "" ? "\u2013" : <Id id={row.layer} />}
      </div>
      <div class="cell created" role="gridcell">
        <Text text={humanAge(row.created, now)} />
      </div>
      <div class="cell size" role="gridcell">
        {row.items === 0 ? "\u2013" : `${row.items} \u00b7 ${humanSize(row.bytes)}`}
      </div>
    </div>
  );
}
