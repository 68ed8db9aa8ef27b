import type { DecodedRecord } from "../../src/codec/decode-file.ts";
import { encodeContainer } from "../../src/codec/encode-container.ts";
import { withFields } from "../../src/model/containers.ts";

/**
 * The file that the real library makes of these records: it drops members that
 * it does not know, and records whose id came before.
 */
export function savedByGo(records: readonly DecodedRecord[]): Buffer {
  const ids = new Set<string>();
  const parts: Buffer[] = [];
  for (const { container } of records) {
    if (ids.has(container.id)) continue;
    ids.add(container.id);
    parts.push(encodeContainer(withFields(container, { unknownFields: new Map() })));
  }
  const comma = Buffer.from(",");
  return Buffer.concat([
    Buffer.from("["),
    ...parts.flatMap((part, index) => (index === 0 ? [part] : [comma, part])),
    Buffer.from("]"),
  ]);
}
