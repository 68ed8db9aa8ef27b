/** Codes of an error that mean: nobody was there to be asked. */
const UNREACHABLE = new Set([
  ...["EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND", "ETIMEDOUT"],
  "ERR_PNPM_AUDIT_ENDPOINT_NOT_EXISTS",
]);

/** And the replies of a registry that has no such endpoint. */
const NO_ENDPOINT = /responded with (404|405|501)\b/;

/**
 * What `pnpm audit --json` printed, as lines to show, and whether it is a failure. What is shipped is
 * asked for only when something was found.
 */
export async function judgeAudit(printed, shippedPackages) {
  let answer;
  try {
    answer = JSON.parse(printed);
  } catch {
    return { failed: true, lines: [`audit failed: the answer is no JSON: ${printed.slice(0, 500)}`] };
  }
  if (answer.error !== undefined) return judgeError(answer.error);
  const { advisories, metadata } = answer;
  const audited = metadata?.totalDependencies ?? metadata?.dependencies;
  if (typeof advisories !== "object" || !(audited > 0))
    return { failed: true, lines: ["audit failed: the answer does not say what was audited"] };
  const found = Object.values(advisories);
  const shipped = found.length > 0 ? await shippedPackages() : [];
  const findings = found.flatMap((advisory) => findingsOf(advisory, shipped));
  const serious = findings.filter(({ where }) => where !== "").length;
  const lines = findings.map(({ text, where }) => `${where === "" ? "tools only" : where}: ${text}`);
  const counts = `${serious} findings in what is published, ${findings.length - serious} in tools`;
  return { failed: serious > 0, lines: [...lines, `${audited} dependencies audited: ${counts}`] };
}

function judgeError({ code, message }) {
  if (UNREACHABLE.has(code) || (code === "ERR_PNPM_AUDIT_BAD_RESPONSE" && NO_ENDPOINT.test(message)))
    return { failed: false, lines: [`not audited: ${message}`] };
  return { failed: true, lines: [`audit failed: ${code}: ${message}`] };
}

/** One for each version that is there of the package that is weak. */
function findingsOf({ module_name: name, findings, severity, title, url }, shipped) {
  return findings.map(({ version }) => {
    const bringing = shipped.filter(({ dependencies }) =>
      dependencies.some((each) => each.name === name && each.version === version),
    );
    const where = bringing.map((each) => each.name).join(", ");
    return { where, text: `${name} ${version}: ${severity}: ${title} ${url}` };
  });
}
