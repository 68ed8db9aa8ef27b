import { useEffect, useRef, useState } from "preact/hooks";
import { LONGEST_SEARCH } from "../../protocol.ts";
import { filterProblem, searchText, storeState } from "../state/model.ts";
import { Text } from "../parts/text.tsx";
import { counted } from "../text.ts";

/** The search box, and how many fit. */
export function Toolbar({ count }: { readonly count: number }) {
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const isTyping =
        event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
      if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      input.current?.focus();
      event.preventDefault();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
  const problem = filterProblem.value;
  return (
    <div class="toolbar" role="search">
      <label for="search">Search</label>
      <input
        id="search"
        ref={input}
        type="search"
        spellcheck={false}
        autocomplete="off"
        maxLength={LONGEST_SEARCH}
        placeholder="words, or filters such as name=^web"
        aria-describedby={problem === undefined ? undefined : "search-problem"}
        aria-invalid={problem !== undefined}
        value={searchText.value}
        onInput={(event) => {
          searchText.value = event.currentTarget.value;
        }}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown") return;
          document.getElementById("rows")?.focus();
          event.preventDefault();
        }}
      />
      <Count count={count} />
      <details class="help">
        <summary>Filters</summary>
        <p>
          Words are found in names, ids, image and layer. <code>KEY=VALUE</code> is a filter,{" "}
          <code>KEY!=VALUE</code> its opposite: <code>id</code>, <code>name</code> (a pattern),{" "}
          <code>image</code>, <code>layer</code>, <code>flag</code>, <code>metadata</code>,{" "}
          <code>has-data</code>, <code>volatile</code>, <code>before</code>, <code>since</code>. Quotes keep
          spaces. The key <kbd>/</kbd> leads here.
        </p>
      </details>
      {problem === undefined ? null : (
        <p id="search-problem" class="problem" role="alert">
          <Text text={problem.message} />
        </p>
      )}
    </div>
  );
}

/** Told aloud at most once a second: a store may change a thousand times meanwhile. */
function Count({ count }: { readonly count: number }) {
  const { total } = storeState.value;
  const all = counted(total, "container");
  const text = count === total ? all : `${count.toLocaleString("en")} of ${all}`;
  const [told, setTold] = useState(text);
  const latest = useRef(text);
  latest.current = text;
  useEffect(() => {
    const timer = setInterval(() => setTold(latest.current), 1000);
    return () => clearInterval(timer);
  }, []);
  return (
    <>
      <span class="count" aria-hidden="true">
        {text}
      </span>
      <span class="unseen" role="status">
        {told}
      </span>
    </>
  );
}
