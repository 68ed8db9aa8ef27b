/** From the smallest to the largest. */
const BUMPS = ["none", "patch", "minor", "major"];

const isBelow = (bump, other) => BUMPS.indexOf(bump) < BUMPS.indexOf(other);
export const largestBump = (bumps) =>
  bumps.reduce((most, bump) => (isBelow(most, bump) ? bump : most), "none");

/**
 * What differs between two records of an API, by their lines. The order of declarations, and what is said
 * beside them, is no change; a line that is gone or reads differently may break somebody.
 */
export function changeBetween(before, after) {
  const old = countsOf(before);
  const now = countsOf(after);
  return { removed: missingIn(now, old), added: missingIn(old, now) };
}

function countsOf(record) {
  const counts = new Map();
  for (const line of record.split("\n").map((each) => each.trim())) {
    if (line === "" || line.startsWith("//") || line.startsWith(">")) continue;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return counts;
}

function missingIn(counts, other) {
  return [...other].flatMap(([line, count]) => (count > (counts.get(line) ?? 0) ? [line] : []));
}

/** The smallest bump that tells users of the change. Before 1.0 a minor one is allowed to break. */
export function neededBump({ removed, added }, version) {
  if (removed.length > 0) return version.startsWith("0.") ? "minor" : "major";
  return added.length > 0 ? "minor" : "none";
}

/** Between two versions without suffixes; `none` when the second is not higher. */
export function bumpBetween(before, after) {
  const [old, now] = [before, after].map((version) => version.split("-")[0].split(".").map(Number));
  const place = now.findIndex((number, index) => number !== old[index]);
  return place === -1 || now[place] < old[place] ? "none" : ["major", "minor", "patch"][place];
}

/**
 * What is wrong with the record of a package's API, as sentences; none when it is right and announced.
 * @param about `kept` is the record in the repository, `record` what the package offers now, `before` the record,
 *   version and name of what it is compared with, undefined where nothing was released; `announced` are the bumps
 *   that changesets ask for.
 */
export function problemsOfApi({ name, version, where, kept, record, before, announced }) {
  const problems = [];
  if (kept !== record) {
    const change = changeBetween(kept, record);
    const bump = neededBump(change, version);
    const advice = bump === "none" ? "" : `, and \`npx changeset\` with at least "${bump}" for ${name}`;
    problems.push(
      `${name}: its API is not what ${where} says; run \`node tools/release/api.mjs\`${advice}${shown(change)}`,
    );
  }
  if (before === undefined) return problems;
  const change = changeBetween(before.record, record);
  const needed = neededBump(change, before.version);
  const most = largestBump([...announced, bumpBetween(before.version, version)]);
  if (isBelow(most, needed)) {
    const there = most === "none" ? "there is none" : `there is one of "${most}"`;
    problems.push(
      `${name}: its API differs from ${before.ref}, which asks for a changeset of at least "${needed}"; ${there}: run \`npx changeset\`${shown(change)}`,
    );
  }
  return problems;
}

function shown({ removed, added }) {
  const lines = [...removed.map((line) => `- ${line}`), ...added.map((line) => `+ ${line}`)];
  return lines
    .slice(0, 20)
    .map((line) => `\n    ${line}`)
    .join("");
}
