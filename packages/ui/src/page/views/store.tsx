import { useEffect } from "preact/hooks";
import type { StatusReport } from "../../protocol.ts";
import { askStatus, status, storeState, table, tick } from "../state/model.ts";
import { Text } from "../parts/text.tsx";
import { linkTo } from "../route.ts";
import { counted, humanSize, shortId } from "../text.ts";

/** How often the lock is asked about while it is looked at, in milliseconds. */
const PACE = 1000;

/** Who has the lock, what the store has done, and what has just changed. */
export function Store() {
  useEffect(() => {
    void askStatus();
    const timer = setInterval(() => {
      if (!document.hidden) void askStatus();
    }, PACE);
    return () => clearInterval(timer);
  }, []);
  const report = status.value;
  if (report === undefined) return <p>Loading …</p>;
  return (
    <section class="store" aria-label="Store">
      <div class="columns">
        <Lock report={report} />
        <Facts report={report} />
        <Statistics report={report} />
      </div>
      <Log />
    </section>
  );
}

function Lock({ report: { lock, lockProtocol } }: { readonly report: StatusReport }) {
  return (
    <article aria-label="Lock">
      <h2>Lock</h2>
      {lock === undefined ? (
        <p>It cannot be asked about at the moment.</p>
      ) : (
        <>
          <p class={`lock ${lock.state}`}>
            {lock.state === "free" ? "Nobody has the lock." : `Held to ${lock.state}.`}
          </p>
          <ul>
            {lock.holders.map(({ pid, mode, program }) => (
              <li>
                {program === "" ? "a process" : <Text text={program} />}, pid {pid}: {mode}
              </li>
            ))}
          </ul>
          <p>
            Waiting: {counted(lock.readers, "reader")}, {counted(lock.writers, "writer")}
            {lock.longest > 0 ? `, the first for ${(lock.longest / 1000).toFixed(1)} s` : ""}.
          </p>
        </>
      )}
      <p>Protocol: {lockProtocol}</p>
    </article>
  );
}

function Facts({ report: { dir, runDir, transient, canWrite, version } }: { readonly report: StatusReport }) {
  return (
    <article aria-label="This store">
      <h2>This store</h2>
      <dl>
        <dt>Folder</dt>
        <dd>
          <code>
            <Text text={dir} />
          </code>
        </dd>
        {runDir === undefined ? null : (
          <>
            <dt>Run folder</dt>
            <dd>
              <code>
                <Text text={runDir} />
              </code>
            </dd>
          </>
        )}
        <dt>Containers</dt>
        <dd>{storeState.value.total.toLocaleString("en")}</dd>
        <dt>Kept</dt>
        <dd>{transient ? "transient" : "stable"}</dd>
        <dt>This page</dt>
        <dd>{canWrite ? "may change the store" : "only looks"}</dd>
        <dt>stowage</dt>
        <dd>{version}</dd>
      </dl>
    </article>
  );
}

const NAMES: ReadonlyMap<string, string> = new Map([
  ["records", "records remembered"],
  ["bytes", "bytes of records"],
  ["loads", "loads"],
  ["incrementalLoads", "of those incremental"],
  ["recordsDecoded", "records decoded"],
  ["saves", "saves"],
  ["changes", "changes"],
  ["waits", "waits for others"],
]);

function Statistics({ report: { statistics } }: { readonly report: StatusReport }) {
  return (
    <article aria-label="Statistics">
      <h2>Since this page's server was started</h2>
      <dl>
        {[...NAMES].map(([name, title]) => (
          <>
            <dt>{title}</dt>
            <dd>
              {name === "bytes"
                ? humanSize(statistics[name] ?? 0)
                : (statistics[name] ?? 0).toLocaleString("en")}
            </dd>
          </>
        ))}
      </dl>
    </article>
  );
}

/** The last changes of all containers that fit the search. */
function Log() {
  void tick.value;
  const entries = table.log.slice(-50).reverse();
  return (
    <article aria-label="Changes">
      <h2>Changes while this page is open</h2>
      {entries.length === 0 ? <p class="none">None so far.</p> : null}
      <ol class="history">
        {entries.map(({ at, type, id, name, fields }) => (
          <li>
            <time dateTime={new Date(at).toISOString()}>{new Date(at).toLocaleTimeString()}</time>{" "}
            <span class={`tag ${type}`}>{type === "away" ? "changed while not connected" : type}</span>{" "}
            <a href={linkTo("store", id)}>
              <Text text={name === "" ? shortId(id) : name} />
            </a>{" "}
            {fields.map(({ field }) => field).join(", ")}
          </li>
        ))}
      </ol>
    </article>
  );
}
