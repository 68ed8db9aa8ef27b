/** How a list of names is changed, as containers/storage `updateNameOperation`. */
export type NameOperation = "set" | "add" | "remove";

/** The list without its repetitions; the first of each stays, as Go's `dedupeStrings`. */
export function withoutRepetitions(names: readonly string[]): string[] {
  return [...new Set(names)];
}

/** The names after an operation: "add" puts the given ones in front. */
export function applyNames(
  old: readonly string[],
  given: readonly string[],
  operation: NameOperation,
): string[] {
  switch (operation) {
    case "set":
      return withoutRepetitions(given);
    case "add":
      return withoutRepetitions([...given, ...old]);
    case "remove": {
      const gone = new Set(given);
      return withoutRepetitions(old.filter((name) => !gone.has(name)));
    }
  }
}
