// Asks the real containers/storage library what it makes of odd files, and writes its answers beside this file.
//
//   STOWAGE_PEER_HOME=<where the peer is installed> node packages/store/test/codec/answers/make.mjs [--check] [GROUP...]
//
// Each case is a store with that containers.json. A container is made in it and deleted, so that the library saves
// what it read. One line for each case: what the file was, and `out`: what it was afterwards ("=": the same), null
// when the store could not be opened, "panic" when that ended the library, "unsaved" when it read but could not save.
// Every character stands for one byte; files too long to be shown are pairs of a text and how often it comes, and
// what came of them stands there as its SHA-256.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { groups } from "./cases.mjs";

const home = process.env.STOWAGE_PEER_HOME;
if (!home) throw new Error("set STOWAGE_PEER_HOME to the folder in which the Go peer is installed");
const program = path.join(home, "bin", "peer");
const here = path.dirname(fileURLToPath(import.meta.url));

/** The container that is made and deleted: no case has such an id. */
const REQUESTS = [
  { op: "list" },
  { op: "create", id: "save-me", image: "", layer: "" },
  { op: "delete", id: "save-me" },
];
const AT_ONCE = 3;
const LONGEST_SHOWN = 4_000;

async function ask(pieces) {
  const text =
    typeof pieces === "string" ? pieces : pieces.map(([part, times]) => part.repeat(times)).join("");
  const folder = mkdtempSync(path.join(tmpdir(), "stowage-vector-"));
  try {
    const file = path.join(folder, "containers.json");
    writeFileSync(file, text, "latin1");
    const { replies, code } = await drive(folder);
    if (code === 3) return /^panic/.test(replies[0].message) ? "panic" : null;
    if (replies[1].ok !== true || replies[2].ok !== true) return "unsaved";
    const saved = readFileSync(file, "latin1");
    if (saved === text) return "=";
    if (saved.length > LONGEST_SHOWN)
      return { sha256: createHash("sha256").update(saved, "latin1").digest("hex") };
    return saved;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function drive(folder) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, ["drive", "--dir", folder], { stdio: ["pipe", "pipe", "inherit"] });
    const chunks = [];
    child.stdout.on("data", (chunk) => chunks.push(chunk));
    child.stdin.on("error", () => {
      // The peer ends at once when the store cannot be opened.
    });
    child.on("error", reject);
    child.on("close", (code) => {
      const lines = Buffer.concat(chunks).toString("latin1").trimEnd().split("\n");
      resolve({ code, replies: lines.map((line) => JSON.parse(line)) });
    });
    child.stdin.end(REQUESTS.map((request) => `${JSON.stringify(request)}\n`).join(""));
  });
}

const isCheck = process.argv.includes("--check");
const wanted = process.argv.slice(2).filter((argument) => argument !== "--check");
for (const [group, casesOf] of Object.entries(groups)) {
  if (wanted.length > 0 && !wanted.includes(group)) continue;
  const cases = [...new Map(casesOf().map((item) => [JSON.stringify(item), item])).values()];
  const answers = [];
  let next = 0;
  const worker = async () => {
    while (next < cases.length) {
      const index = next;
      next += 1;
      answers[index] = await ask(cases[index]);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const file = path.join(here, `${group}.jsonl`);
  const text = cases.map((item, index) => `${JSON.stringify({ in: item, out: answers[index] })}\n`).join("");
  if (!isCheck) writeFileSync(file, text);
  else if (readFileSync(file, "utf8") !== text) {
    process.exitCode = 1;
    console.error(`${group}: the library answers otherwise than the file says`);
  }
  console.log(
    `${group}: ${cases.length} files, ${answers.filter((answer) => answer !== null).length} of them were read`,
  );
}
