import { counted, humanSize } from "../text.ts";
import type { JobControl, JobProgress as Progress } from "./job.ts";
import { Text } from "./text.tsx";

/** How far it is, with a button that ends it; or why it failed. */
export function JobProgress({ job, label }: { readonly job: JobControl; readonly label: string }) {
  if (job.error !== undefined) {
    return (
      <p class="problem" role="alert">
        <Text text={job.error} />
      </p>
    );
  }
  if (job.isCancelled) return <p role="status">Cancelled.</p>;
  if (!job.isRunning) return null;
  const { progress } = job;
  return (
    <div class="job">
      <progress aria-label={label} max={Math.max(progress?.total ?? 1, 1)} value={progress?.done} />
      <span>{progress === undefined ? "starting" : farOf(progress)}</span>
      <button type="button" onClick={() => job.cancel()}>
        Cancel
      </button>
    </div>
  );
}

function farOf({ done, total, what }: Progress): string {
  if (what === "bytes") return `${humanSize(done)} of ${humanSize(total)}`;
  return `${done.toLocaleString("en")} of ${counted(total, what.replace(/s$/, ""))}`;
}
