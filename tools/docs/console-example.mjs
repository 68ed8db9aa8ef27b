import { setTimeout as sleep } from "node:timers/promises";
import { screenOf } from "./record/screen.mjs";
import { onTerminal } from "./terminal.mjs";

const PATIENCE_MS = 30_000;
const LONGEST_LINE = 2000;

/**
 * What a session at a terminal shows: lines after `$ ` are typed, those after `> ` go on, the others are printed.
 */
export function parseConsole(text) {
  const steps = [];
  for (const line of text.replace(/\n$/, "").split("\n")) {
    const [, mark, rest = ""] = /^([$>]) ?(.*)$/.exec(line) ?? [];
    if (mark === "$") steps.push({ typed: rest, printed: [] });
    else if (mark === ">" && steps.length > 0) steps.at(-1).typed += `\n${rest}`;
    else if (steps.length > 0) steps.at(-1).printed.push(line);
    else throw new Error(`a session begins with what is typed, not with ${line}`);
  }
  return steps;
}

/**
 * Types a session on a terminal, and compares what it prints with the page. `…` stands for anything in its line, or,
 * alone, for lines; ids, ages and times are any, and so is the number of spaces. What ends with `&` goes on beside the others.
 */
export async function runConsole(text, { cwd, env }) {
  const beside = [];
  let shown = "";
  const show = (more) => (shown += more);
  try {
    for (const { typed, printed } of parseConsole(text)) {
      shown = "";
      const isBeside = typed.endsWith("&");
      const line = isBeside ? typed.slice(0, -1) : typed;
      const running = onTerminal(line, { cwd, env: { ...env, NO_COLOR: "1" }, show });
      if (isBeside) beside.push(running);
      else await running.ended;
      // What several print comes as it comes.
      const compare = beside.length > 0 ? hasAll : isAsPrinted;
      await waitUntil(async () => compare(await textOf(shown), printed), beside.length > 0);
      const text = await textOf(shown);
      if (!compare(text, printed))
        throw new Error(`\`${typed}\` printed\n${text}\nand the page says\n${printed.join("\n")}`);
    }
  } finally {
    for (const { end } of beside) end();
    await Promise.all(beside.map(({ ended }) => ended));
  }
}

async function waitUntil(holds, isWorthWaiting) {
  const end = performance.now() + (isWorthWaiting ? PATIENCE_MS : 0);
  while (!(await holds()) && performance.now() < end) await sleep(20);
}

/** What stays on the screen: a bar that showed progress, on a busy machine, is gone by then. */
async function textOf(shown) {
  const lines = await screenOf(shown, LONGEST_LINE);
  return lines.map((pieces) => `${pieces.map(({ text }) => text).join("")}\n`).join("");
}

/**
 */
export function isAsPrinted(shown, printed) {
  const lines = printed.map((line) => (isGap(line) ? "(?:.*\\n)*?" : `${patternOf(line)}\\n`));
  return new RegExp(`^${lines.join("")}$`).test(
    linesOf(shown)
      .map((line) => `${line}\n`)
      .join(""),
  );
}

/**
 * Whether all of that was printed, in any order and among other lines.
 */
export function hasAll(shown, printed) {
  const left = linesOf(shown);
  return printed
    .filter((each) => !isGap(each))
    .every((line) => {
      const place = left.findIndex((each) => new RegExp(`^${patternOf(line)}$`).test(each));
      if (place !== -1) left.splice(place, 1);
      return place !== -1;
    });
}

const isGap = (line) => line.trim() === "…";
const patternOf = (line) => steady(line).split("…").map(quoted).join(".*");
const linesOf = (text) => (text.trim() === "" ? [] : text.trimEnd().split("\n").map(steady));

const AGE = /\b(?:(?:about )?(?:\d+|an?) (?:second|minute|hour|day)s? ago|just now)/g;
const steady = (line) =>
  line
    .replaceAll(/\b[0-9a-f]{12,64}\b/g, "ID")
    .replaceAll(AGE, "AGE")
    .replaceAll(/\b\d\d:\d\d:\d\d\b/g, "TIME")
    .replaceAll(/ {2,}/g, " ")
    .trimEnd();
const quoted = (text) => text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
