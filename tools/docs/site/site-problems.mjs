import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

/** What is wrong with the pages of a built site, as sentences: links and anchors to nothing, and what comes from outside. */
export async function problemsOfSite(folder) {
  const files = (await readdir(folder, { recursive: true })).map((name) => name.split(path.sep).join("/"));
  const pages = new Map();
  for (const name of files.filter((each) => each.endsWith(".html")))
    pages.set(name, await readFile(path.join(folder, name), "utf8"));
  const ids = new Map([...pages].map(([name, html]) => [name, idsIn(html)]));
  const problems = [];
  for (const [name, html] of pages) {
    // Something of the theme or of a page was not filled in.
    for (const [unfilled] of html.replaceAll(/<code[^]*?<\/code>/g, "").matchAll(/\{\{[^{}<]*\}\}/g))
      problems.push(`${name} shows ${unfilled}`);
    for (const source of loadedFrom(html)) problems.push(`${name} loads ${source}`);
    for (const link of linksIn(html)) {
      const [target = "", anchor] = link.split("#");
      const page = target === "" ? name : pageFor(target, files);
      if (page === undefined) problems.push(`${name} links to ${link}, and there is no such page`);
      else if (anchor && ids.has(page) && !ids.get(page).has(decodeURIComponent(anchor)))
        problems.push(`${name} links to ${link}, and that page has no such place`);
    }
  }
  return { problems, pages: pages.size };
}

const idsIn = (html) => new Set([...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => decoded(id)));
const linksIn = (html) =>
  [...html.matchAll(/<a [^>]*?href="([^"]*)"/g)]
    .map(([, href]) => decoded(href))
    .filter((href) => /^[/#]/.test(href));
const decoded = (text) => text.replaceAll("&amp;", "&").replaceAll("&#39;", "'").replaceAll("&quot;", '"');

/** Scripts, styles, fonts and pictures that a browser would ask somebody else for. */
const loadedFrom = (html) =>
  [...html.matchAll(/<(?:script|img|link|iframe)\b[^>]*?(?:src|href)="((?:https?:)?\/\/[^"]+)"/g)].map(
    ([, url]) => url,
  );

/** As a server that knows files and folders, and nothing of this site, would find it. */
function pageFor(target, files) {
  const plain = decodeURIComponent(target).replace(/^\//, "");
  const candidates = [plain, `${plain}index.html`, `${plain}/index.html`];
  return candidates.find((candidate) => files.includes(candidate));
}
