import { useEffect, useRef } from "preact/hooks";
import type { Details as DetailsOf } from "../../protocol.ts";
import { status, table, tick } from "../state/model.ts";
import { useLoaded } from "../parts/loaded.ts";
import { Text } from "../parts/text.tsx";
import { go, linkTo, openKey, view } from "../route.ts";
import { DataViewer } from "./data-viewer.tsx";
import { Edit } from "./edit.tsx";
import { History } from "./history.tsx";
import { Items } from "./items.tsx";

/** One record, beside the view that it was opened from; it follows what becomes of the container. */
export function Details({ id }: { readonly id: string }) {
  void tick.value;
  const heading = useRef<HTMLHeadingElement>(null);
  const row = table.rows.get(id);
  const changes = table.historyOf(id);
  // Each change is another entry, and a filter may hide the row.
  const state = `${changes.at(-1)?.at ?? 0} ${changes.length} ${row === undefined ? "gone" : "there"}`;
  const { value: details, error } = useLoaded<DetailsOf>("/api/container", { id }, state);
  const close = (): void => go(linkTo(view.value));
  useEffect(() => heading.current?.focus(), [id]);
  const key = openKey.value;
  const isGone = error?.status === 404;
  const name = details?.names[0] ?? row?.names[0];
  return (
    <section
      class="details"
      aria-label="Details of a container"
      onKeyDown={(event) => {
        if (event.key === "Escape" && !(event.target instanceof HTMLTextAreaElement)) close();
      }}
    >
      <header>
        <h2 ref={heading} tabIndex={-1}>
          {name === undefined ? "Container" : <Text text={name} />}
        </h2>
        <button type="button" class="close" onClick={close}>
          Close
        </button>
      </header>
      {isGone ? (
        <p class="problem" role="alert">
          This container is gone.
        </p>
      ) : error === undefined ? null : (
        <p class="problem" role="alert">
          <Text text={error.message} />
        </p>
      )}
      {details === undefined ? (
        error === undefined ? (
          <p>Loading …</p>
        ) : null
      ) : (
        <>
          <Facts details={details} />
          <Items details={details} />
          {key === undefined ? null : <DataViewer key={key} details={details} itemKey={key} />}
        </>
      )}
      <History entries={changes} />
      {details === undefined ? null : (
        <>
          {status.value?.canWrite === true && !isGone ? <Edit details={details} onDeleted={close} /> : null}
          <Metadata details={details} />
          <details>
            <summary>Record as it is in the file</summary>
            <pre tabIndex={0} aria-label="Record">
              <Text text={indented(details.record)} lines />
            </pre>
          </details>
        </>
      )}
    </section>
  );
}

function Facts({ details }: { readonly details: DetailsOf }) {
  const { id, names, image, imageNames, layer, created, volatile, missing } = details;
  const gone = (part: string) =>
    missing.includes(part) ? <strong class="gone"> gone: no such {part} any more</strong> : null;
  return (
    <dl>
      <dt>Id</dt>
      <dd>
        <code>
          <Text text={id} />
        </code>
      </dd>
      <dt>Names</dt>
      <dd>{names.length === 0 ? "–" : <Text text={names.join(", ")} />}</dd>
      <dt>Image</dt>
      <dd>
        {imageNames.length > 0 ? (
          <>
            <Text text={imageNames.join(", ")} />
            <br />
          </>
        ) : null}
        {image === "" ? (
          "–"
        ) : (
          <code>
            <Text text={image} />
          </code>
        )}
        {gone("image")}
      </dd>
      <dt>Layer</dt>
      <dd>
        {layer === "" ? (
          "–"
        ) : (
          <code>
            <Text text={layer} />
          </code>
        )}
        {gone("layer")}
      </dd>
      <dt>Created</dt>
      <dd>
        <Text text={created} />
      </dd>
      <dt>Kept</dt>
      <dd>{volatile ? "volatile: lost when the machine loses its power" : "stable"}</dd>
    </dl>
  );
}

function Metadata({ details: { metadata, metadataCut } }: { readonly details: DetailsOf }) {
  if (metadata === "") return null;
  return (
    <details>
      <summary>Metadata</summary>
      <pre tabIndex={0} aria-label="Metadata">
        <Text text={indented(metadata)} lines />
      </pre>
      {metadataCut === undefined ? null : (
        <p>Only the first {metadataCut.toLocaleString("en")} characters.</p>
      )}
    </details>
  );
}

/** JSON with line breaks; what is none, as it is. */
function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text;
  }
}
