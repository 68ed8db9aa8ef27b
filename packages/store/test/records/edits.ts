import fc from "fast-check";
import { encodeContainerText } from "../../src/codec/encode-container.ts";
import { planFile } from "../../src/records/piece-list.ts";
import type { RecordEntry } from "../../src/records/record-entry.ts";
import { recordTexts } from "./arbitraries.ts";

export const blanks = fc.constantFrom("", "", "", "", " ", "\n");
export const files = fc.tuple(fc.array(recordTexts, { maxLength: 8 }), blanks);

/** One change of a list of records. */
type Edit =
  | { readonly kind: "insert" | "change"; readonly at: number; readonly text: string }
  | { readonly kind: "delete" | "repeat" | "move"; readonly at: number };
export const edits: fc.Arbitrary<Edit[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constantFrom("insert", "change"), at: fc.nat(), text: recordTexts }),
    fc.record({ kind: fc.constantFrom("delete", "repeat", "move"), at: fc.nat() }),
  ),
  { maxLength: 4 },
);

export function edited(records: readonly string[], list: readonly Edit[]): string[] {
  const result = [...records];
  for (const edit of list) {
    const at = edit.at % (result.length + 1);
    if (edit.kind === "insert") result.splice(at, 0, edit.text);
    else if (at === result.length) continue;
    else if (edit.kind === "change") result[at] = edit.text;
    else if (edit.kind === "delete") result.splice(at, 1);
    else if (edit.kind === "repeat") result.splice(at, 0, result[at]!);
    else result.push(...result.splice(at, 1));
  }
  return result;
}

export const textsOf = (entries: readonly RecordEntry[]): string[] =>
  entries.map(({ container }) => encodeContainerText(container));

export const written = (entries: readonly RecordEntry[]): Buffer => Buffer.concat(planFile(entries).pieces);

export const withoutEscape = (text: string): string => text.replaceAll("\\ufffd", "\ufffd");
