import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "@stowage/run/places";
import { LIBRARIES } from "./api-reference.mjs";

const stage = path.join(root, "tools/docs/.cache/site");
const titleOf = (page) =>
  /^# (.*)$/m.exec(readFileSync(path.join(stage, page), "utf8"))?.[1]?.replaceAll("`", "") ?? page;
const item = (page) => ({ text: titleOf(page), link: `/${page.replace(/(index)?\.md$/, "")}` });
const pagesIn = (folder, first = []) => {
  const others = readdirSync(path.join(stage, folder))
    .filter((name) => name.endsWith(".md") && name !== "index.md" && !first.includes(name))
    .sort();
  return [...first, ...others].map((name) => item(`${folder}/${name}`));
};

const guides = pagesIn("docs/guides", [
  "five-minutes.md",
  "podman.md",
  "one-package.md",
  "recover.md",
  "from-go.md",
]);
const forWork = ["reading-order.md", "repeating.md", "releasing.md"];
const about = pagesIn("docs", ["guarantees.md", "performance.md"]).filter(
  ({ link }) => !forWork.includes(`${path.basename(link)}.md`),
);

/** Pages are documents, and no templates: braces in them are those of Go's templates. */
function asDocuments(md) {
  const render = md.render.bind(md);
  md.render = (...given) => render(...given).replaceAll("{{", "&#123;&#123;");
  // What is set in is code of a shell here, and looks like the rest of it.
  md.renderer.rules.code_block = (tokens, index, ...rest) => {
    tokens[index].info = "sh";
    return md.renderer.rules.fence(tokens, index, ...rest);
  };
}

/** A page says what holds in the version it was made from; where it lies is up to whoever serves it. */
export default {
  title: "Stowage",
  description: "The container record store of containers/storage, for Node.js",
  base: process.env.STOWAGE_SITE_BASE ?? "/",
  lastUpdated: false,
  vite: { logLevel: "warn", build: { chunkSizeWarningLimit: 5000 } },
  markdown: { config: asDocuments },
  themeConfig: {
    search: { provider: "local" },
    outline: [2, 3],
    nav: [
      { text: "Guides", link: guides[0].link },
      { text: "The program", link: "/reference/cli/" },
      { text: "API", link: "/reference/api/" },
      { text: "Guarantees", link: "/docs/guarantees" },
      { text: "Performance", link: "/docs/performance" },
    ],
    sidebar: [
      { text: "Guides", items: guides },
      { text: "In depth", items: about },
      { text: "Packages", items: ["cli", ...LIBRARIES].map((name) => item(`packages/${name}/index.md`)) },
      {
        text: "The program",
        collapsed: true,
        items: [item("reference/cli/index.md"), ...pagesIn("reference/cli")],
      },
      {
        text: "API",
        collapsed: true,
        items: LIBRARIES.map((name) => ({ text: `@stowage/${name}`, link: `/reference/api/${name}/` })),
      },
      {
        text: "To work on it",
        collapsed: true,
        items: [
          "CONTRIBUTING.md",
          "ARCHITECTURE.md",
          ...forWork.map((name) => `docs/${name}`),
          "SECURITY.md",
        ].map(item),
      },
      { text: "Decisions", collapsed: true, items: pagesIn("docs/decisions") },
    ],
  },
};
