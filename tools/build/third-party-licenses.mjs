import { existsSync, readdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import path from "node:path";

const RULE = "=".repeat(79);
const HEAD = `What the program contains besides Stowage's own code, and under which licences it may be passed on.
Made by the build from what it put in.
`;

/**
 * A plugin for esbuild: each build writes into `file` the licence texts of the packages that it bundled, and that
 * other builds with the same plugin did. `kept` is a folder with texts, `NAME.txt`, of packages that bring none;
 * `others` are the folders of packages that another build has put into what is shipped with it.
 */
export function thirdPartyLicenses(file, { kept, others = [] } = {}) {
  const bundled = new Map();
  return {
    name: "third-party-licenses",
    setup(build) {
      build.initialOptions.metafile = true;
      const from = build.initialOptions.absWorkingDir ?? process.cwd();
      const which = Symbol();
      build.onEnd(({ metafile }) => {
        if (metafile === undefined) return;
        bundled.set(which, packageFolders(metafile, from));
        const folders = [...bundled.values(), others].flat().map((folder) => realpathSync(folder));
        writeFileSync(file, licenseTexts([...new Set(folders)], kept));
      });
    },
  };
}

/** The folders of the packages of others that files were taken from. */
export function packageFolders(metafile, from) {
  const folders = Object.keys(metafile.inputs).flatMap((input) => {
    const folder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0];
    return folder === undefined ? [] : [path.resolve(from, folder)];
  });
  return [...new Set(folders)];
}

/** Throws when a package does not say its licence, or does not bring its text, and none of it is kept in that folder. */
export function licenseTexts(folders, kept) {
  const sections = folders.map((folder) => {
    const manifest = readFileSync(path.join(folder, "package.json"), "utf8");
    const { name, version, license } = JSON.parse(manifest);
    const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)\b/i.test(file));
    const keptText = kept === undefined ? undefined : path.join(kept, `${name.replaceAll("/", "+")}.txt`);
    const isKept = keptText !== undefined && existsSync(keptText);
    if (typeof license !== "string" || !(isKept || files.some((file) => !/^notice/i.test(file))))
      throw new Error(`${name} ${version} has no licence, or not its text: it cannot be bundled`);
    const licencesFirst = files.sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
    const sources = [...(isKept ? [keptText] : []), ...licencesFirst.map((file) => path.join(folder, file))];
    const texts = sources.map((source) => readFileSync(source, "utf8").trim());
    return [RULE, `${name} ${version}, ${license}`, RULE, "", texts.join("\n\n"), ""].join("\n");
  });
  return [HEAD, ...sections.sort()].join("\n");
}

/** What `licenseTexts` lists: name, version and licence of each. */
export function listed(text) {
  const heads = text.matchAll(new RegExp(`^${RULE}\\n(\\S+) (\\S+), (.+)\\n${RULE}$`, "gm"));
  return [...heads].map(([, name, version, license]) => ({ name, version, license }));
}
