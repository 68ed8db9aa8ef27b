import { useRef, useState } from "preact/hooks";
import { Dialog } from "../parts/dialog.tsx";
import { useJob } from "../parts/job.ts";
import { JobProgress } from "../parts/job-progress.tsx";
import { Text } from "../parts/text.tsx";
import { counted, humanSize } from "../text.ts";

/** What belongs to no container: looked for first, removed when that is meant. */
export function Garbage() {
  const job = useJob();
  const first = useRef<HTMLButtonElement>(null);
  const [isAsking, setIsAsking] = useState(false);
  const found = job.result?.type === "garbage" ? job.result : undefined;
  const count = found === undefined ? 0 : found.items.length + found.more;
  return (
    <section aria-label="Garbage">
      <h2>Garbage</h2>
      <div class="buttons">
        <button
          ref={first}
          type="button"
          aria-disabled={job.isRunning}
          onClick={() => void job.run("/api/gc", { remove: false })}
        >
          Look for leftovers
        </button>
        {found?.dryRun === true && count > 0 ? (
          <button
            type="button"
            class="danger"
            aria-disabled={job.isRunning}
            onClick={() => setIsAsking(true)}
          >
            Remove them …
          </button>
        ) : null}
      </div>
      <JobProgress job={job} label="Looking for leftovers" />
      {found === undefined ? null : (
        <>
          <p role="status">
            {count === 0
              ? "There is nothing to be removed."
              : `${counted(count, "leftover")}, ${humanSize(found.bytes)}${found.dryRun ? "" : ": removed"}.`}
            {found.kept > 0
              ? ` ${counted(found.kept, "folder")} stay, since a copy of an earlier repair speaks of them.`
              : ""}
          </p>
          <ul>
            {found.items.map(({ path, kind, bytes }) => (
              <li key={path}>
                {kind}{" "}
                <code>
                  <Text text={path} />
                </code>{" "}
                ({humanSize(bytes)})
              </li>
            ))}
          </ul>
        </>
      )}
      {isAsking ? (
        <Dialog
          title="Remove what belongs to no container?"
          action="Remove"
          onConfirm={() => {
            setIsAsking(false);
            // The button that asked goes away with what was found.
            first.current?.focus();
            void job.run("/api/gc", { remove: true });
          }}
          onClose={() => setIsAsking(false)}
        >
          <p>
            {counted(count, "leftover")} with {humanSize(found?.bytes ?? 0)} go. This cannot be undone.
          </p>
        </Dialog>
      ) : null}
    </section>
  );
}
