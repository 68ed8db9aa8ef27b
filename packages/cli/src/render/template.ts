import { UsageError } from "../errors.ts";
import { nearest } from "../near-words.ts";
import { encodeJson } from "./json.ts";
import type { Encodable } from "./json.ts";
import { visible } from "./text.ts";

/** What a template may show of a row. */
export interface Field<Row> {
  readonly text: (row: Row) => string;
  /** For `{{json .FIELD}}`; without it the text. */
  readonly json?: (row: Row) => Encodable;
}

export interface Fields<Row> {
  readonly named: ReadonlyMap<string, Field<Row>>;
  /** `{{json .}}` */
  readonly whole: (row: Row) => Encodable;
}

/** Shows one row; the text is safe for a terminal. */
export type Template<Row> = (row: Row) => string;

/**
 * Reads a template as podman's and docker's users write it: text with
 * `{{.Field}}`, `{{json .Field}}` or `{{json .}}` in it, and `\t`, `\n`. That is all
 * of Go's templates that there is here; anything else is refused.
 *
 * @throws UsageError
 */
export function parseTemplate<Row>(source: string, fields: Fields<Row>): Template<Row> {
  return join(parsePieces(source, fields).map(({ show }) => show));
}

/** A column of `table TEMPLATE`: what stands between two tabs, under the names of its fields. */
export interface TemplateColumn<Row> {
  readonly heading: string;
  readonly show: Template<Row>;
}

/** @throws UsageError */
export function parseColumns<Row>(source: string, fields: Fields<Row>): readonly TemplateColumn<Row>[] {
  return source.split(/\t|\\t/).map((column) => {
    const pieces = parsePieces(column, fields);
    return {
      heading: pieces.map(({ heading }) => heading).join(""),
      show: join(pieces.map(({ show }) => show)),
    };
  });
}

interface Piece<Row> {
  readonly heading: string;
  readonly show: Template<Row>;
}

function parsePieces<Row>(source: string, fields: Fields<Row>): readonly Piece<Row>[] {
  const pieces: Piece<Row>[] = [];
  let rest = source;
  while (rest !== "") {
    const open = rest.indexOf("{{");
    const plain = unescape(open === -1 ? rest : rest.slice(0, open));
    if (plain !== "") pieces.push({ heading: plain, show: () => plain });
    if (open === -1) break;
    const close = rest.indexOf("}}", open);
    if (close === -1) throw new UsageError(`--format has a {{ without its }}: ${rest.slice(open)}`, shape);
    pieces.push(parseAction(rest.slice(open + 2, close), fields));
    rest = rest.slice(close + 2);
  }
  return pieces;
}

const shape = "a template has {{.FIELD}} or {{json .FIELD}} in it, for example '{{.ID}} {{.Names}}'";

function parseAction<Row>(action: string, { named, whole }: Fields<Row>): Piece<Row> {
  const match = /^\s*(json\s+)?\.(\w*)\s*$/.exec(action);
  const [, asJson, name = ""] = match ?? [];
  if (match === null || (name === "" && asJson === undefined)) {
    throw new UsageError(`--format does not know {{${action}}}`, shape);
  }
  if (name === "") return { heading: "", show: (row) => encodeJson(whole(row)) };
  const field = named.get(name);
  if (field === undefined) throw unknownField(name, [...named.keys()]);
  const { text, json = text } = field;
  const show: Template<Row> =
    asJson === undefined ? (row) => visible(text(row)) : (row) => encodeJson(json(row));
  return { heading: headingOf(name), show };
}

function unknownField(name: string, known: readonly string[]): UsageError {
  const sameButCase = known.filter((each) => each.toLowerCase() === name.toLowerCase());
  const near = sameButCase.length > 0 ? sameButCase : nearest(name, known);
  const meant = near.length === 0 ? "" : `did you mean ${near.map((each) => `.${each}`).join(" or ")}? `;
  return new UsageError(
    `--format has no field .${name}`,
    `${meant}there are ${known.map((each) => `.${each}`).join(", ")}`,
  );
}

/** As podman's headings: `CreatedAt` is CREATED AT, and `ID` stays ID. */
function headingOf(field: string): string {
  return field.replaceAll(/([a-z])([A-Z])/g, "$1 $2").toUpperCase();
}

/** `\t` and `\n` as the two characters that a shell hands over. */
function unescape(text: string): string {
  return text.replaceAll(/\\([tn\\])/g, (_, letter: string) =>
    letter === "t" ? "\t" : letter === "n" ? "\n" : "\\",
  );
}

function join<Row>(shows: readonly Template<Row>[]): Template<Row> {
  return (row) => shows.map((show) => show(row)).join("");
}
