/**
 * What asks for no more than that its text is passed on. Another one, also an expression such as
 * `(MIT OR GPL-3.0)`, is looked at by somebody before it is added here.
 */
export const ALLOWED = ["0BSD", "Apache-2.0", "BlueOak-1.0.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT"];

/** As sentences; none when every licence is allowed. */
export function licenceProblems(packages) {
  return packages.flatMap(({ name, dependencies }) =>
    dependencies
      .filter(({ license }) => !ALLOWED.includes(license))
      .map((each) => `${name}: the licence of ${each.name} ${each.version} is not allowed: ${each.license}`),
  );
}

export function documentOf(packages) {
  return `# Licences

What the published packages bring with them of others, under which licence, and whether it is installed beside them or
bundled into them. \`node tools/release/licences.mjs\` makes this page; \`.ci/run\` sees to it that it is right, and that
there is no other licence than these: ${ALLOWED.join(", ")}.

The texts of what is bundled are in the package, in \`THIRD-PARTY-LICENSES\`. Stowage itself is under
[Apache-2.0](../LICENSE).

${packages.map(section).join("\n")}`;
}

function section({ name, dependencies }) {
  if (dependencies.length === 0) return `## ${name}\n\nNothing.\n`;
  const rows = dependencies.map(
    (each) => `| [${each.name}](${pageOf(each)}) | ${each.version} | ${each.license} | ${each.how} |\n`,
  );
  return `## ${name}\n\n| package | version | licence | how |\n| --- | --- | --- | --- |\n${rows.join("")}`;
}

const pageOf = ({ name, version }) => `https://www.npmjs.com/package/${name}/v/${version}`;
