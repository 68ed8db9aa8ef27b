import { existsSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { root } from "@stowage/run/places";
import { documents } from "../documents.mjs";

const HOST = "https://github.com/stowage/stowage";

/** What the site is made from: the documents, and how the tools are used. */
export function sources() {
  const tools = readdirSync(path.join(root, "tools"))
    .map((name) => `tools/${name}/README.md`)
    .filter((name) => existsSync(path.join(root, name)));
  return [...documents(), ...tools].sort();
}

/** What pages of the documents may show. */
export function pictures() {
  return readdirSync(path.join(root, "docs"), { recursive: true })
    .filter((name) => /\.(gif|jpe?g|png|svg|webp)$/.test(name))
    .map((name) => `docs/${name.split(path.sep).join("/")}`)
    .sort();
}

/** Where a page of the repository lies in the site: a README is the page of its folder. */
export const placeOf = (source) => source.replace(/(^|\/)README\.md$/, "$1index.md");

/**
 * Turns the links of a page into those of the site: to other pages, and for what is no page to the code host.
 * Throws when a link leads to nothing.
 */
export function withLinks(text, source, pages) {
  return text.replaceAll(/(!?)\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^()\s]+)\)/g, (whole, image, label, target) => {
    if (image === "!") return whole;
    const aimed = targetOf(target, source);
    return aimed === undefined ? whole : `[${label}](${linkTo(aimed, source, pages)})`;
  });
}

/** The file or folder of the repository that is meant; undefined for other places, and for the page itself. */
function targetOf(target, source) {
  const [, hosted] = new RegExp(`^${HOST}/(?:blob|tree)/main/(.*)$`).exec(target) ?? [];
  const [place, anchor] = (hosted ?? target).split("#");
  if (hosted !== undefined) return { file: place, anchor };
  if (/^(\w+:|#|\/)/.test(target)) return undefined;
  return { file: path.posix.join(path.posix.dirname(source), place), anchor };
}

function linkTo({ file, anchor }, source, pages) {
  const plain = file.replace(/\/$/, "");
  const behind = anchor === undefined || anchor === "readme" ? "" : `#${anchor}`;
  const page = [plain, `${plain}/README.md`].find((each) => pages.includes(each));
  if (page !== undefined) {
    const relative = path.posix.relative(path.posix.dirname(source), placeOf(page));
    return `${relative.startsWith(".") ? "" : "./"}${relative}${behind}`;
  }
  const real = path.join(root, plain);
  if (!existsSync(real)) throw new Error(`${source} links to ${plain}, and there is no such file`);
  return `${HOST}/${statSync(real).isDirectory() ? "tree" : "blob"}/main/${plain}${behind}`;
}
