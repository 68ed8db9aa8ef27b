/** What stands in the search box: filters for the server, and words to be found in what is shown. */
export interface Search {
  /** `KEY=VALUE` or `KEY!=VALUE`, as `stowage ls --filter` takes them. */
  readonly filters: readonly string[];
  /** In lower case; each must be found. */
  readonly words: readonly string[];
}

const FILTER = /^[a-z][a-z-]*!?=/;
/** A word, or a part of one between double quotes, in which spaces are kept. */
const TOKEN = /(?:"(?:[^"\\]|\\.)*"?|[^\s"])+/g;

/** `name=^web image=3b2 nginx` are two filters and a word. A quote keeps spaces: `metadata="a b=c d"`. */
export function readSearch(text: string): Search {
  const tokens = (text.match(TOKEN) ?? []).map(unquoted);
  return {
    filters: tokens.filter((token) => FILTER.test(token)),
    words: tokens.filter((token) => token !== "" && !FILTER.test(token)).map((token) => token.toLowerCase()),
  };
}

function unquoted(token: string): string {
  return token.replaceAll(/"((?:[^"\\]|\\.)*)"?/g, (_, inner: string) =>
    inner.replaceAll(/\\(["\\])/g, "$1"),
  );
}
