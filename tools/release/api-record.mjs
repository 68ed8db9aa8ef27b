import { mkdtemp, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { Extractor, ExtractorConfig } from "@microsoft/api-extractor";

/** What a package offers to whoever imports it, as one page; from its built types. */
export async function recordOf(folder) {
  const { name } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
  const reportFolder = await mkdtemp(path.join(folder, "node_modules/.api-"));
  try {
    const config = ExtractorConfig.prepare({
      configObjectFullPath: undefined,
      packageJsonFullPath: path.join(folder, "package.json"),
      configObject: configuration(folder, reportFolder),
    });
    const { errorCount } = Extractor.invoke(config, {
      localBuild: true,
      messageCallback: (message) => {
        // What is told of it is in the report, or is no matter here: only a failure is.
        message.handled = message.logLevel !== "error";
      },
    });
    if (errorCount > 0) throw new Error(`the types of ${name} cannot be read`);
    return (await readFile(path.join(reportFolder, "record.api.md"), "utf8")).replaceAll("\r\n", "\n");
  } finally {
    await rm(reportFolder, { recursive: true });
  }
}

function configuration(folder, reportFolder) {
  return {
    projectFolder: folder,
    mainEntryPointFilePath: path.join(folder, "dist/index.d.ts"),
    compiler: { tsconfigFilePath: path.join(folder, "tsconfig.json") },
    apiReport: {
      enabled: true,
      includeForgottenExports: true,
      reportFileName: "record",
      reportFolder,
      reportTempFolder: path.join(reportFolder, "temporary"),
    },
    docModel: { enabled: false },
    dtsRollup: { enabled: false },
    tsdocMetadata: { enabled: false },
    messages: {
      compilerMessageReporting: { default: { logLevel: "error" } },
      extractorMessageReporting: { default: { logLevel: "none" } },
      tsdocMessageReporting: { default: { logLevel: "none" } },
    },
  };
}
