// Builds the console's styles, scripts and icons into dist/ under content-hashed names, and manifest.json.
// Besides src/, every app may bring entries of its own: rongshu/<app>/console_assets/*.{ts,css}.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const apps = dirname(dirname(here));
const root = dirname(apps);
const dist = join(here, "dist");

async function entriesOfApps() {
  const found = [];
  for (const app of await readdir(apps)) {
    const folder = join(apps, app, "console_assets");
    if (!existsSync(folder)) continue;
    for (const file of await readdir(folder)) {
      if (/^[^_].*(?<!\.d)\.(ts|css)$/.test(file)) found.push(join(folder, file));
    }
  }
  return found.sort();
}

async function iconSprite() {
  const names = JSON.parse(await readFile(join(here, "icons.json"), "utf8"));
  const outline = join(root, "node_modules/@tabler/icons/icons/outline");
  const symbols = names.map(async (name) => {
    const drawing = await readFile(join(outline, `${name}.svg`), "utf8");
    const inner = drawing.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "");
    return `<symbol id="${name}" viewBox="0 0 24 24">${inner.replace(/\s+/g, " ").trim()}</symbol>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg">${(await Promise.all(symbols)).join("")}</svg>`;
}

async function writeHashed(name, content) {
  const hash = createHash("sha256").update(content).digest("base64url").replace(/[-_]/g, "").slice(0, 8);
  const [stem, extension] = name.split(".");
  const file = `${stem}-${hash.toUpperCase()}.${extension}`;
  await writeFile(join(dist, file), content);
  return file;
}

async function compress(file) {
  const content = await readFile(join(dist, file));
  await writeFile(join(dist, `${file}.gz`), gzipSync(content, { level: 9 }));
  await writeFile(join(dist, `${file}.br`), brotliCompressSync(content));
}

const shared = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  metafile: true,
  legalComments: "none",
  charset: "utf8",
  target: ["chrome123", "firefox120", "safari17.5"],
  outdir: dist,
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".svg": "dataurl", ".woff2": "file" },
};

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
const extra = await entriesOfApps();
const results = await Promise.all([
  build({ ...shared, entryPoints: [join(here, "src/early.ts")], format: "iife" }),
  build({
    ...shared,
    entryPoints: [join(here, "src/console.css"), join(here, "src/console.ts"), ...extra],
    format: "esm",
    splitting: true,
  }),
]);

const manifest = { "icons.svg": await writeHashed("icons.svg", await iconSprite()) };
for (const { metafile } of results) {
  for (const [file, output] of Object.entries(metafile.outputs)) {
    if (!output.entryPoint) continue;
    const logical = basename(output.entryPoint).replace(/\.ts$/, ".js");
    if (manifest[logical]) throw new Error(`two entries are named ${logical}`);
    manifest[logical] = relative(dist, join(root, file));
  }
}
for (const file of await readdir(dist)) await compress(file);
const sorted = Object.fromEntries(Object.entries(manifest).sort());
await writeFile(join(dist, "manifest.json"), `${JSON.stringify(sorted, null, 2)}\n`);
