import { connection, status, storeState } from "./state/model.ts";
import { Text } from "./parts/text.tsx";
import { linkTo } from "./route.ts";

/** What is wrong with the connection or the store; what was seen last stays below it. */
export function Banners() {
  return (
    <div class="banners" role="alert">
      {connectionBanner()}
      {storeBanner()}
    </div>
  );
}

function connectionBanner() {
  if (connection.value === "gone") {
    return (
      <p class="banner bad">
        The server does not answer: <code>stowage ui</code> was ended, or is busy. This page goes on by itself
        when it is back.
      </p>
    );
  }
  if (connection.value === "refused") {
    return (
      <p class="banner bad">
        Another server answers here: open the address that <code>stowage ui</code> printed.
      </p>
    );
  }
  return null;
}

function storeBanner() {
  const { is, problem } = storeState.value;
  if (connection.value !== "live") return null;
  if (is === "opening") {
    return <p class="banner">Waiting for the lock of the store: the view “Store” says who has it.</p>;
  }
  if (is !== "unavailable" || problem === undefined) return null;
  return (
    <p class="banner bad">
      The store cannot be read: <Text text={problem.message} /> ({problem.code}). What was seen last stays
      here. {adviceFor(problem.code)}
    </p>
  );
}

function adviceFor(code: string) {
  if (code === "ERR_STORE_DAMAGED" || code === "ERR_STORE_INCONSISTENT") {
    return (
      <>
        <a href={linkTo("health")}>Check</a> explains it, as <code>stowage check</code> does;{" "}
        {status.value?.canWrite === true ? "repair it there" : <code>stowage repair</code>}
        {status.value?.canWrite === true ? "." : " mends it."}
      </>
    );
  }
  if (code === "ERR_STORE_NOT_FOUND") return "This page goes on by itself when it is back.";
  return null;
}
