import { StowageError } from "../errors.ts";
import { text } from "../model/text.ts";

/** The text of a name with `{n}` in it, once. @throws StowageError ERR_INVALID_ARGUMENT */
export function nameTemplate(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  const template = text(value, "nameTemplate");
  if (template.split("{n}").length === 2) return template;
  throw new StowageError(
    "ERR_INVALID_ARGUMENT",
    `the template of a name must have {n} in it just once, for the number, such as "web-{n}"; it is ${JSON.stringify(template)}`,
  );
}

/** A key of a big data item. @throws StowageError ERR_INVALID_BIG_DATA_NAME when it is empty */
export function itemKey(value: unknown, doing: string): string {
  const key = text(value, "the key of a big data item");
  if (key !== "") return key;
  throw new StowageError(
    "ERR_INVALID_BIG_DATA_NAME",
    `can't ${doing} with an empty name; give the item a key: not a valid name for a big data item`,
    { key },
  );
}
