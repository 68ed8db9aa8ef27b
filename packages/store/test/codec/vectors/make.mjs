#!/usr/bin/env node
// Asks the real library what it makes of the files in inputs.mjs, and writes the answers down:
//
//     STOWAGE_PEER_HOME=… node packages/store/test/codec/vectors/make.mjs [--check]
//
// Each file is loaded and then saved, for which a container is created and its metadata changed in
// the volatile file first, so that a file which cannot be saved shows as such.

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { inputs } from "./inputs.mjs";

const peer = path.join(process.env.STOWAGE_PEER_HOME ?? "", "bin", "peer");
const target = path.join(import.meta.dirname, "vectors.jsonl");

/** What is created to have the file saved; it stands last in it and is taken off again. */
const EXTRA = "stowage-extra";

async function ask(folder, name, latin1) {
  const store = path.join(folder, String(inputs.findIndex(([known]) => known === name)));
  await mkdir(store, { mode: 0o700 });
  const file = path.join(store, "containers.json");
  await writeFile(file, Buffer.from(latin1, "latin1"));
  const requests = [`{"op":"create","id":"${EXTRA}","names":[],"image":"","layer":"${EXTRA}"}`];
  const replies = await run(store, requests);
  const loads = replies.code === 0;
  let saved;
  if (loads && replies.lines[0].ok) saved = withoutExtra(await readFile(file, "latin1"));
  await rm(store, { recursive: true });
  return { name, file: latin1, loads, ...(saved === undefined ? {} : { saved }) };
}

function run(store, requests) {
  return new Promise((resolve, reject) => {
    const child = execFile(peer, ["drive", "--dir", store], { maxBuffer: 2 ** 26 }, (error, stdout) => {
      if (error !== null && typeof error.code !== "number") reject(error);
      else
        resolve({
          code: error?.code ?? 0,
          lines: stdout
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line)),
        });
    });
    child.stdin.on("error", () => {});
    child.stdin.end(requests.join("\n"));
  });
}

function withoutExtra(saved) {
  const cut = saved.lastIndexOf(`{"id":"${EXTRA}"`);
  return `${saved.slice(0, cut).replace(/,$/, "")}]`;
}

const folder = await mkdtemp(path.join(tmpdir(), "stowage-vectors-"));
try {
  const answers = [];
  const rest = inputs.values();
  const seen = new Set();
  const worker = async () => {
    for (const [name, text] of rest) {
      if (seen.has(name)) continue;
      seen.add(name);
      answers.push(await ask(folder, name, text));
    }
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  const order = new Map(inputs.map(([name], index) => [name, index]));
  answers.sort((a, b) => order.get(a.name) - order.get(b.name));
  const lines = answers.map((answer) => JSON.stringify(answer));
  const text = `${lines.join("\n")}\n`;
  if (process.argv.includes("--check")) {
    if ((await readFile(target, "utf8")) !== text)
      throw new Error("the library answers otherwise than vectors.jsonl says");
  } else {
    await writeFile(target, text);
  }
  console.log(
    `${answers.length} answers, ${answers.filter((answer) => answer.loads).length} of files that load`,
  );
} finally {
  await rm(folder, { recursive: true });
}
