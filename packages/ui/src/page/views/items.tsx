import type { Details } from "../../protocol.ts";
import { urlOf } from "../api.ts";
import { Text } from "../parts/text.tsx";
import { linkTo, openKey, view } from "../route.ts";
import { humanSize, plain } from "../text.ts";

/** The items of big data, each to be looked at or downloaded. */
export function Items({ details: { id, items } }: { readonly details: Details }) {
  if (items.length === 0) return <p class="none">No big data.</p>;
  return (
    <section aria-label="Big data">
      <h3>Big data</h3>
      <ul class="items">
        {items.map(({ key, size }) => (
          <li key={key} class={openKey.value === key ? "open" : ""}>
            <a href={linkTo(view.value, id, key)} aria-current={openKey.value === key ? "true" : undefined}>
              <Text text={key} />
            </a>
            <span class="size">{size === undefined ? "not measured" : humanSize(Number(size))}</span>
            <a
              class="download"
              href={urlOf("/api/download", { id, key })}
              download=""
              aria-label={`Download ${plain(key)}`}
            >
              Download
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
