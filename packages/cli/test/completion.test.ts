import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { runProcess } from "@stowage/test-kit";
import { describe, expect, it } from "vitest";

import { bench, programFile } from "./support/program.ts";
import type { Bench } from "./support/program.ts";
import { hasTerminals, startAnyOnTerminal } from "./support/terminal.ts";

const has = async (shell: string): Promise<boolean> =>
  (await runProcess(shell, ["--version"]).catch(() => undefined))?.code === 0;
const [hasBash, hasZsh, hasFish] = await Promise.all(["bash", "zsh", "fish"].map(has));

/** A store, and a folder for $PATH in which the program is called as it is. */
async function installed(): Promise<Bench & { readonly env: Record<string, string> }> {
  const place = await bench();
  const bin = path.join(place.folder, "bin");
  mkdirSync(bin);
  const file = path.join(bin, "stowage");
  writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${await programFile}' "$@"\n`);
  chmodSync(file, 0o755);
  writeFileSync(path.join(place.folder, "a file"), "content");
  await place.done(
    "create",
    "--id",
    "one",
    "--name",
    "web",
    "--data",
    "config.json=a file",
    "--flag",
    "pinned=1",
  );
  await place.done("create", "--id", "two", "--name", "db:1");
  return { ...place, env: { PATH: `${bin}:${process.env["PATH"] ?? ""}`, STOWAGE_DIR: place.dir } };
}

describe("what is offered", () => {
  it.each([
    [["ch"], ["check"]],
    [["lo"], ["lock"]],
    [["__"], []],
    [["data", "ge"], ["get"]],
    [["data", "get", "we"], ["web"]],
    [
      ["rm", "web", ""],
      ["web", "one", "db:1", "two"],
    ],
    [["data", "get", "web", ""], ["config.json"]],
    [["data", "get", "web", "config.json", ""], [":files"]],
    [["name", "rm", "web", ""], ["web"]],
    [["name", "add", "web", ""], []],
    [["flag", "clear", "web", ""], ["pinned"]],
    [["ls", "--so"], ["--sort="]],
    [["ls", "--js"], ["--json"]],
    [["--js"], ["--json"]],
    [["ls", "--sort", "cr"], ["created"]],
    [["ls", "--sort=cr"], ["--sort=created"]],
    [["ls", "-f", "ha"], ["has-data="]],
    [["ls", "--filter=since=w"], ["--filter=since=web"]],
    [["ls", "--filter", "before!=w"], ["before!=web"]],
    [["create", "--data", "k=a"], [":files"]],
    [["create", "--data", "k"], []],
    [["--dir", ""], [":files"]],
    [["export", "b"], [":files"]],
    [
      ["import", "--on-conflict", ""],
      ["fail", "skip", "rename", "replace"],
    ],
    [
      ["completion", ""],
      ["bash", "zsh", "fish"],
    ],
    [["help", "data", "ve"], ["verify"]],
    [["check", ""], []],
    [["--dir", "nowhere", "rm", ""], []],
    [["--dir", "store", "rm", "w"], ["web"]],
    [["rm", "--", "w"], ["web"]],
    [["--lock-timeout", "5", "exi"], ["exists"]],
  ])("for %j", async (words, expected) => {
    await using place = await installed();
    const lines = (await place.done("__complete", "--", ...words)).split("\n").slice(0, -1);
    expect(lines.map((line) => line.split("\t")[0])).toEqual(expected);
  });

  it("is every command and every option that the help shows, and names are safe", async () => {
    await using place = await installed();
    const help = await place.done("--help");
    const commands = await place.done("__complete", "--", "");
    for (const line of commands.trimEnd().split("\n"))
      expect(help).toContain(`\n  ${line.split("\t")[0] ?? ""}`);
    expect(commands.trimEnd().split("\n")).toHaveLength(
      help.slice(help.indexOf("\nCommands:"), help.indexOf("\nExamples:")).match(/^ {2}[a-z]/gm)?.length ?? 0,
    );
    await place.done("create", "--id", "three", "--name", "evil\n:files\u001b[2J");
    expect(await place.done("__complete", "--", "rm", "e")).toBe("");
    // The id is offered, and what it is says the name.
    const offered = "three\tevil\\n:files\\u001b[2J\n";
    expect(await place.done("__complete", "--", "rm", "three")).toBe(offered);
  });

  it("comes from podman's store where that was asked for", async () => {
    await using place = await installed();
    const root = path.join(place.folder, "root");
    mkdirSync(path.join(root, "vfs-containers"), { recursive: true });
    await place.done("--graph-root", root, "create", "--id", "pod", "--name", "podmans");
    const conf = path.join(place.folder, "storage.conf");
    writeFileSync(
      conf,
      `[storage]\ndriver = "vfs"\ngraphroot = "${root}"\nrunroot = "${place.folder}/run"\n`,
    );
    const env = { CONTAINERS_STORAGE_CONF: conf };
    for (const words of [
      ["--podman", "rm", "p"],
      ["rm", "--podman", "p"],
    ]) {
      const { stdout } = await place.runWith({ env }, "__complete", "--", ...words);
      expect(stdout.split("\n").map((line) => line.split("\t")[0])).toEqual(["podmans", "pod", ""]);
    }
  });

  it("nothing, quietly, where the store is damaged", async () => {
    await using place = await installed();
    writeFileSync(path.join(place.dir, "containers.json"), "[{");
    expect(await place.run("__complete", "--", "rm", "")).toMatchObject({ code: 0, stdout: "", stderr: "" });
  });
});

describe("completion", () => {
  it("refuses a shell that it does not know", async () => {
    await using place = await bench();
    const refused = await place.run("completion", "tcsh");
    expect([refused.code, refused.stdout]).toEqual([2, ""]);
    expect(refused.stderr).toMatch(/bash, zsh, fish/);
  });

  it.skipIf(!hasBash)("completes in bash, with = and : in words", async () => {
    await using place = await installed();
    const script = `
      source <(stowage completion bash)
      completed() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _stowage; printf '%s|' "\${COMPREPLY[@]}"; echo; }
      completed stowage che
      completed stowage rm we
      completed stowage rm db : ''
      completed stowage ls --sort = na
      completed stowage ls -f since = w
      completed stowage export 'a'
      completed stowage data get web ''
      completed stowage create --data k = a
    `;
    const { stdout, stderr } = await runProcess("bash", ["--norc", "-c", script], {
      cwd: place.folder,
      env: place.env,
    });
    expect(stderr).toBe("");
    expect(stdout.split("\n").slice(0, -1)).toEqual([
      "check|",
      "web|",
      "1|",
      "name|",
      "web|",
      "a file|",
      "config.json|",
      "a file|",
    ]);
  });

  it.skipIf(!hasBash || !hasTerminals)("is there on a key press in bash", async () => {
    await using place = await installed();
    const shell = startAnyOnTerminal(place, ["bash", "--norc", "--noprofile", "-i"], {
      ...place.env,
      PS1: "> ",
      // Without it bash steers the terminal around what it prints.
      TERM: "dumb",
    });
    shell.type("source <(stowage completion bash); echo rea''dy\n");
    await shell.until(/\nready/);
    shell.type("stowage data ls we\t-q\n");
    await shell.until(/\nconfig\.json\r?\n/);
    shell.type("exit\n");
    expect(await shell.ended).toBe(0);
  });

  it.skipIf(!hasZsh || !hasTerminals)("is there on a key press in zsh", async () => {
    await using place = await installed();
    const shell = startAnyOnTerminal(place, ["zsh", "-f", "-i"], { ...place.env, PS1: "> " });
    shell.type("autoload -U compinit; compinit -u -D; source <(stowage completion zsh); echo rea''dy\n");
    await shell.until(/\nready/);
    shell.type("stowage data ls we\t-q\n");
    await shell.until(/\nconfig\.json\r?\n/);
    shell.type("stowage ls --sor\tname -q\n");
    await shell.until(/\ntwo\r?\none\r?\n/);
    shell.type("exit\n");
    expect(await shell.ended).toBe(0);
  });

  it.skipIf(!hasZsh)("says in zsh what a word is, and nothing where nothing is said", async () => {
    await using place = await installed();
    const script = `
      compdef() { }
      _describe() { print -rl -- \${(P@)2} }
      source <(stowage completion zsh)
      words=(stowage ls --sort=) CURRENT=3; _stowage
      words=(stowage chec) CURRENT=2; _stowage
    `;
    const { stdout } = await runProcess("zsh", ["-f", "-c", script], { cwd: place.folder, env: place.env });
    const [created, , , , , size, check] = stdout.split("\n");
    expect([created, size]).toEqual(["--sort=created", "--sort=size"]);
    expect(check).toMatch(/^check:Look for/);
  });

  it.skipIf(!hasFish)("completes in fish", async () => {
    await using place = await installed();
    const script = `
      stowage completion fish | source
      complete -C 'stowage che'
      complete -C 'stowage data get web '
      complete -C 'stowage ls --sort=na'
      complete -C 'stowage export a'
    `;
    const env = {
      ...place.env,
      HOME: place.folder,
      XDG_CONFIG_HOME: place.folder,
      XDG_DATA_HOME: place.folder,
    };
    const { stdout } = await runProcess("fish", ["--no-config", "-c", script], { cwd: place.folder, env });
    expect(stdout.split("\n").map((line) => line.split("\t")[0])).toEqual([
      "check",
      "config.json",
      "--sort=name",
      "a file",
      "",
    ]);
  });
});
