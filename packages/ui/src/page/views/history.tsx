import type { HistoryEntry } from "../state/table.ts";
import { Text } from "../parts/text.tsx";

/** What has happened to a container since the page was opened, the newest first. */
export function History({ entries }: { readonly entries: readonly HistoryEntry[] }) {
  return (
    <section aria-label="Changes">
      <h3>Changes while this page is open</h3>
      {entries.length === 0 ? (
        <p class="none">None so far.</p>
      ) : (
        <ol class="history">
          {[...entries].reverse().map((entry) => (
            <li>
              <time dateTime={new Date(entry.at).toISOString()}>
                {new Date(entry.at).toLocaleTimeString()}
              </time>{" "}
              <span class={`tag ${entry.type}`}>
                {entry.type === "away" ? "changed while not connected" : entry.type}
              </span>
              {entry.fields.length === 0 ? null : (
                <dl class="fields">
                  {entry.fields.map(({ field, before, after }) => (
                    <>
                      <dt>{field}</dt>
                      <dd>
                        <del>{before === "" ? "nothing" : <Text text={before} />}</del>{" "}
                        <ins>{after === "" ? "nothing" : <Text text={after} />}</ins>
                      </dd>
                    </>
                  ))}
                </dl>
              )}
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
