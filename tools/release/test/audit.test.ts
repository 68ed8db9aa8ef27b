import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { listed } from "@stowage/build/third-party-licenses";
import { repositoryRoot, runProcess } from "@stowage/test-kit";

const script = path.join(repositoryRoot, "tools/release/audit.mjs");
const texts = path.join(repositoryRoot, "packages/cli/THIRD-PARTY-LICENSES");
const built = existsSync(texts);

function bundledVersion(name: string): string {
  const found = listed(readFileSync(texts, "utf8")).find((each) => each.name === name);
  if (found === undefined) throw new Error(`${name} is not bundled any more: choose another`);
  return found.version;
}

let close: (() => void) | undefined;
afterEach(() => close?.());

/** Starts a registry that answers every question in the same way, as pnpm asks it; resolves to its address. */
async function registry(status: number, body: string): Promise<string> {
  const server = createServer((request, response) => {
    request
      .resume()
      .on("end", () => response.writeHead(status, { "content-type": "application/json" }).end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  close = () => server.close();
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function audit(address: string): Promise<{ code: number | null; stdout: string }> {
  const env = { npm_config_registry: address, npm_config_fetch_retries: "0" };
  const { code, stdout } = await runProcess(process.execPath, [script], { env, timeout: 120_000 });
  return { code, stdout };
}

const finding = (name: string, version: string) => ({
  id: 1,
  module_name: name,
  findings: [{ version, paths: [`.>${name}`] }],
  severity: "high",
  title: "It is weak",
  url: "https://example.com/weak",
  vulnerable_versions: "*",
  patched_versions: "<0.0.0",
});

function answer(...findings: ReturnType<typeof finding>[]): string {
  return JSON.stringify({
    actions: [],
    muted: [],
    advisories: Object.fromEntries(findings.map((each, i) => [i + 1, { ...each, id: i + 1 }])),
    metadata: {
      vulnerabilities: { info: 0, low: 0, moderate: 0, high: findings.length, critical: 0 },
      dependencies: 500,
      devDependencies: 0,
      optionalDependencies: 0,
      totalDependencies: 500,
    },
  });
}

// `npm test` builds first; who runs vitest by hand may not have.
describe.skipIf(!built)("the audit", () => {
  it("fails for a weakness in what is published, bundled or installed, and tells the others", async () => {
    const [commander, retry] = [bundledVersion("commander"), bundledVersion("retry")];
    const findings = [
      finding("commander", commander),
      finding("retry", retry),
      finding("retry", "0.1.0"),
      finding("eslint", "9.39.0"),
    ];
    const { code, stdout } = await audit(await registry(200, answer(...findings)));
    expect(stdout.trim().split("\n")).toEqual([
      `@stowage/cli: commander ${commander}: high: It is weak https://example.com/weak`,
      `@stowage/cli, @stowage/lockfile, @stowage/store: retry ${retry}: high: It is weak https://example.com/weak`,
      "tools only: retry 0.1.0: high: It is weak https://example.com/weak",
      "tools only: eslint 9.39.0: high: It is weak https://example.com/weak",
      "500 dependencies audited: 2 findings in what is published, 2 in tools",
    ]);
    expect(code).toBe(1);
  });

  it("passes when only tools are weak", async () => {
    const { code, stdout } = await audit(await registry(200, answer(finding("eslint", "9.39.0"))));
    expect(stdout).toMatch(/^500 dependencies audited: 0 findings in what is published, 1 in tools$/m);
    expect(code).toBe(0);
  });

  it.each([404, 405, 501])("says that nothing was audited where the registry answers %d", async (status) => {
    const { code, stdout } = await audit(await registry(status, ""));
    expect(stdout).toMatch(/^not audited: .+\n$/);
    expect(code).toBe(0);
  });

  it("says that nothing was audited where nobody answers", async () => {
    const address = await registry(200, "");
    close?.();
    const { code, stdout } = await audit(address);
    expect(stdout).toMatch(/^not audited: .*ECONNREFUSED.*\n$/);
    expect(code).toBe(0);
  });

  it.each([
    ["refuses", 401, "{}"],
    ["fails", 500, "{}"],
    ["answers something else", 200, "{}"],
    ["answers no JSON", 200, "<html>"],
  ])("fails when the registry %s", async (_what, status, body) => {
    const { code, stdout } = await audit(await registry(status, body));
    expect(stdout).toMatch(/^audit failed: /m);
    expect(code).toBe(1);
  });
});
