import { useRef, useState } from "preact/hooks";
import type { FindingView, JobMessage } from "../../protocol.ts";
import { status } from "../state/model.ts";
import { Dialog } from "../parts/dialog.tsx";
import { useJob } from "../parts/job.ts";
import { JobProgress } from "../parts/job-progress.tsx";
import { Text } from "../parts/text.tsx";
import { counted } from "../text.ts";
import { Garbage } from "./garbage.tsx";

type Findings = JobMessage & { readonly type: "findings" };

/** What `check` finds, and what `repair` would do about it. */
export function Health() {
  const check = useJob();
  const repair = useJob();
  const canWrite = status.value?.canWrite === true;
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isAsking, setIsAsking] = useState(false);
  const found = check.result?.type === "findings" ? check.result : undefined;
  const repaired = repair.result?.type === "findings" ? repair.result : undefined;
  const first = useRef<HTMLButtonElement>(null);
  const begin = (): void => {
    setChosen(new Set());
    void check.run("/api/check");
  };
  const mend = async (): Promise<void> => {
    setIsAsking(false);
    // The button that asked goes away with what was chosen.
    first.current?.focus();
    await repair.run("/api/repair", { codes: [...chosen] });
    begin();
  };
  return (
    <section class="health" aria-label="Health">
      <h2>Check</h2>
      <p>
        Reads every record and all big data, and changes nothing; others go on working meanwhile.{" "}
        {canWrite ? null : "To repair from here, start stowage ui with --write; or run stowage repair."}
      </p>
      <div class="buttons">
        <button
          ref={first}
          type="button"
          class="main"
          aria-disabled={check.isRunning || repair.isRunning}
          onClick={begin}
        >
          {found === undefined ? "Check the store" : "Check again"}
        </button>
        {canWrite && found !== undefined && chosen.size > 0 ? (
          <button
            type="button"
            class="danger"
            aria-disabled={repair.isRunning}
            onClick={() => setIsAsking(true)}
          >
            Repair what is chosen …
          </button>
        ) : null}
      </div>
      <JobProgress job={check} label="Checking" />
      <JobProgress job={repair} label="Repairing" />
      {repaired === undefined ? null : <Repaired result={repaired} />}
      {found === undefined ? null : (
        <List found={found} canWrite={canWrite} chosen={chosen} onChoose={setChosen} />
      )}
      {isAsking ? (
        <Dialog
          title="Repair the store?"
          action="Repair"
          onConfirm={() => void mend()}
          onClose={() => setIsAsking(false)}
        >
          <p>
            Findings of {[...chosen].join(", ")} are mended. Of each file of records that is replaced a copy
            is kept.
          </p>
        </Dialog>
      ) : null}
      {canWrite ? <Garbage /> : null}
    </section>
  );
}

interface ListProps {
  readonly found: Findings;
  readonly canWrite: boolean;
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (chosen: ReadonlySet<string>) => void;
}

function List({ found, canWrite, chosen, onChoose }: ListProps) {
  if (found.findings.length === 0)
    return (
      <p class="good" role="status">
        Nothing is wrong with the store.
      </p>
    );
  const codes = [...new Set(found.findings.map(({ code }) => code))];
  return (
    <>
      <p role="status">
        {counted(found.findings.length + found.more, "finding")}
        {found.more > 0 ? `, the first ${found.findings.length.toLocaleString("en")} of them` : ""}
      </p>
      {codes.map((code) => {
        const those = found.findings.filter((finding) => finding.code === code);
        const isFor = those.some(({ repair }) => repair === "safe" || repair === "named");
        return (
          <article class={`findings ${those[0]!.severity}`}>
            <h3>
              <span class={`tag ${those[0]!.severity}`}>{those[0]!.severity}</span> {code}
              {canWrite && isFor ? (
                <label>
                  <input
                    type="checkbox"
                    checked={chosen.has(code)}
                    onChange={(event) => {
                      const now = new Set(chosen);
                      if (event.currentTarget.checked) now.add(code);
                      else now.delete(code);
                      onChoose(now);
                    }}
                  />{" "}
                  repair
                </label>
              ) : null}
            </h3>
            <p>{those[0]!.action}</p>
            <ul>
              {those.map((finding) => (
                <FindingLine finding={finding} />
              ))}
            </ul>
          </article>
        );
      })}
    </>
  );
}

const WORDS: Readonly<Record<FindingView["outcome"], string>> = {
  planned: "repair would mend it",
  repaired: "mended",
  left: "repair would leave it",
  failed: "could not be mended",
};

function FindingLine({ finding: { message, outcome, detail } }: { readonly finding: FindingView }) {
  return (
    <li>
      <Text text={message} />
      <br />
      <small>
        <strong>{WORDS[outcome]}</strong>: <Text text={detail} />
      </small>
    </li>
  );
}

function Repaired({ result: { findings, backups } }: { readonly result: Findings }) {
  const count = (outcome: FindingView["outcome"]): number =>
    findings.filter((one) => one.outcome === outcome).length;
  const failed = findings.filter(({ outcome }) => outcome === "failed");
  return (
    <div role="status">
      <p>
        Mended {count("repaired")}, left {count("left")}, failed {count("failed")}.
      </p>
      {backups.map((backup) => (
        <p>
          Kept:{" "}
          <code>
            <Text text={backup} />
          </code>
        </p>
      ))}
      <ul>
        {failed.map((finding) => (
          <FindingLine finding={finding} />
        ))}
      </ul>
    </div>
  );
}
