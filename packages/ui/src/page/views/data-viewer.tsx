import { useEffect, useState } from "preact/hooks";
import type { Details } from "../../protocol.ts";
import { ApiError, getBytes, isAbort, messageOf, urlOf } from "../api.ts";
import { useAgain } from "../parts/again.ts";
import { useJob } from "../parts/job.ts";
import { JobProgress } from "../parts/job-progress.tsx";
import { Text } from "../parts/text.tsx";
import { decoded, hexLines, likelyMode, PAGE_BYTES, prettyJson, type PreviewMode } from "../preview.ts";
import { humanSize } from "../text.ts";

const MODES: readonly (readonly [mode: PreviewMode, title: string])[] = [
  ["text", "Text"],
  ["json", "JSON"],
  ["hex", "Hex"],
];

interface Shown {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly error: string | undefined;
  readonly status: number | undefined;
}

/** A part of an item as text, JSON or hex, and its check against the recorded digest. */
export function DataViewer({
  details,
  itemKey: key,
}: {
  readonly details: Details;
  readonly itemKey: string;
}) {
  const { id, items } = details;
  const item = items.find((one) => one.key === key);
  const size = Number(item?.size ?? 0);
  const [mode, setMode] = useState<PreviewMode>();
  const [start, setStart] = useState(0);
  const [shown, setShown] = useState<Shown>();
  const length = PAGE_BYTES[mode ?? "text"];
  const turn = useAgain(shown?.status);

  useEffect(() => {
    const controller = new AbortController();
    void (async () => {
      try {
        const bytes = await getBytes("/api/data", { id, key, start, end: start + length }, controller.signal);
        setShown({ bytes, start, error: undefined, status: undefined });
        setMode((now) => now ?? likelyMode(bytes, key));
      } catch (error) {
        if (isAbort(error)) return;
        const status = error instanceof ApiError ? error.status : undefined;
        setShown({ bytes: new Uint8Array(), start, error: messageOf(error), status });
      }
    })();
    return () => controller.abort();
  }, [id, key, start, length, item?.digest, turn]);

  const choose = (other: PreviewMode): void => {
    setStart(other === "json" ? 0 : Math.floor(start / PAGE_BYTES[other]) * PAGE_BYTES[other]);
    setMode(other);
  };
  return (
    <section class="viewer" aria-label="Item">
      <h3>
        <Text text={key} />
      </h3>
      <p class="digest">
        {humanSize(size)} · <code>{item?.digest ?? "no digest recorded"}</code>
      </p>
      <div class="buttons" role="group" aria-label="Show as">
        {MODES.map(([one, title]) => (
          <button type="button" key={one} aria-pressed={mode === one} onClick={() => choose(one)}>
            {title}
          </button>
        ))}
      </div>
      {shown === undefined || mode === undefined ? (
        <p>{shown?.error === undefined ? "Loading …" : <Problem text={shown.error} />}</p>
      ) : (
        <Content shown={shown} mode={mode} size={size} />
      )}
      {mode === "json" ? null : <Pages start={start} length={length} size={size} onStart={setStart} />}
      <Verify id={id} itemKey={key} />
    </section>
  );
}

function Content({
  shown: { bytes, start, error },
  mode,
  size,
}: {
  readonly shown: Shown;
  readonly mode: PreviewMode;
  readonly size: number;
}) {
  if (error !== undefined) return <Problem text={error} />;
  const json = mode === "json" && bytes.length >= size ? prettyJson(bytes) : undefined;
  const text = json?.text ?? (mode === "hex" ? hexLines(bytes, start) : decoded(bytes));
  return (
    <>
      {mode === "json" && json === undefined ? (
        <p role="status">Too large to be read as JSON here: its beginning as text.</p>
      ) : null}
      {json?.problem === undefined ? null : (
        <p role="status">
          This is no JSON: <Text text={json.problem} />
        </p>
      )}
      <pre tabIndex={0} aria-label="Content" class={mode}>
        <Text text={text} lines />
      </pre>
    </>
  );
}

interface PagesProps {
  readonly start: number;
  readonly length: number;
  readonly size: number;
  readonly onStart: (start: number) => void;
}

function Pages({ start, length, size, onStart }: PagesProps) {
  if (size <= length) return null;
  const last = Math.floor((size - 1) / length) * length;
  return (
    <div class="buttons pages" role="group" aria-label="Part of the item">
      <button type="button" disabled={start === 0} onClick={() => onStart(Math.max(0, start - length))}>
        Before
      </button>
      <label>
        From byte{" "}
        <input
          type="number"
          min={0}
          max={size - 1}
          value={start}
          onChange={(event) => {
            const wanted = Number(event.currentTarget.value);
            if (Number.isSafeInteger(wanted)) onStart(Math.min(Math.max(0, wanted), size - 1));
          }}
        />
      </label>
      <button type="button" disabled={start + length >= size} onClick={() => onStart(start + length)}>
        Next
      </button>
      <button type="button" disabled={start >= last} onClick={() => onStart(last)}>
        End
      </button>
    </div>
  );
}

function Verify({ id, itemKey: key }: { readonly id: string; readonly itemKey: string }) {
  const job = useJob();
  const { result } = job;
  return (
    <div class="verify">
      <button
        type="button"
        aria-disabled={job.isRunning}
        onClick={() => void job.run(urlOf("/api/verify", { id, key }))}
      >
        Verify
      </button>
      <JobProgress job={job} label="Verifying" />
      {result?.type === "verified" ? (
        <p role="status" class="good">
          {result.digest === undefined
            ? `Read whole, ${humanSize(result.bytes)}; no digest is recorded to compare it with.`
            : `Intact: ${humanSize(result.bytes)} have the recorded SHA-256.`}
        </p>
      ) : null}
    </div>
  );
}

function Problem({ text }: { readonly text: string }) {
  return (
    <p class="problem" role="alert">
      <Text text={text} />
    </p>
  );
}
