// Builds styles, script and fonts into files named after their content: node build.mjs TARGET
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { buildSync } from "esbuild";
import { compile } from "sass";

const here = fileURLToPath(new URL(".", import.meta.url));
const target = process.argv[2];
const modules = join(here, "node_modules");
const manifest = {};

rmSync(target, { recursive: true, force: true });
mkdirSync(target, { recursive: true });

// The name tells the content, so a browser may keep the file for good.
function put(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 16);
  const [stem, ending] = [name.slice(0, name.lastIndexOf(".")), name.slice(name.lastIndexOf("."))];
  manifest[name] = `${stem}-${hash}${ending}`;
  writeFileSync(join(target, manifest[name]), content);
  if (ending !== ".woff2") writeFileSync(join(target, `${manifest[name]}.gz`), gzipSync(content, { level: 9 }));
}

// Latin (with the figures), Cyrillic, and Cyrillic with the Kazakh letters ә ғ қ ң ө һ; ұ and і are in the second.
const SUBSETS = ["latin", "cyrillic", "cyrillic-ext"];
let faces = "";
for (const weight of [400, 600]) {
  const css = readFileSync(join(modules, `@fontsource/golos-text/${weight}.css`), "utf8");
  for (const subset of SUBSETS) {
    const name = `golos-text-${subset}-${weight}-normal.woff2`;
    put(name, readFileSync(join(modules, "@fontsource/golos-text/files", name)));
    const face = css.split("@font-face").find((part) => part.includes(`/golos-text-${subset}-${weight}`));
    const range = face.match(/unicode-range:\s*([^;]+);/)[1];
    faces +=
      `@font-face{font-family:"Golos Text";font-style:normal;font-display:swap;font-weight:${weight === 600 ? "600 700" : weight};` +
      `src:url(${manifest[name]}) format("woff2");unicode-range:${range}}`;
  }
}

const styles = compile(join(here, "main.scss"), {
  loadPaths: [join(modules, "govuk-frontend/dist")],
  style: "compressed",
  quietDeps: true,
});
put("main.css", faces + styles.css);

const script = buildSync({
  entryPoints: [join(here, "main.js")],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2020",
  legalComments: "none",
  write: false,
});
put("main.js", script.outputFiles[0].contents);
put("emblem.svg", readFileSync(join(here, "emblem.svg")));
writeFileSync(join(target, "manifest.json"), JSON.stringify(manifest, null, 1));
