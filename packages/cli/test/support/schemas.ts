import { readdirSync, readFileSync } from "node:fs";

import { Ajv2020 } from "ajv/dist/2020.js";

const folders = ["../../schema/", "../../../store/schema/"].map((folder) => new URL(folder, import.meta.url));

/** Every published schema, by the path of its file. */
export const schemaFiles: ReadonlyMap<string, object> = new Map(
  folders.flatMap((folder) =>
    readdirSync(folder).map((name) => {
      const file = new URL(name, folder);
      return [file.pathname, JSON.parse(readFileSync(file, "utf8")) as object] as const;
    }),
  ),
);

const ajv = new Ajv2020({
  strict: true,
  strictTypes: false,
  strictRequired: false,
  allErrors: true,
  schemas: [...schemaFiles.values()],
});

const base = "https://raw.githubusercontent.com/stowage/stowage/main/packages/cli/schema/";

/** What is wrong with a document by the schema of that name; undefined when it obeys. */
export function violations(name: string, document: unknown): string | undefined {
  const validate = ajv.getSchema(`${base}${name}.json`);
  if (validate === undefined) throw new Error(`there is no schema ${name}`);
  return validate(document) === true ? undefined : ajv.errorsText(validate.errors);
}
