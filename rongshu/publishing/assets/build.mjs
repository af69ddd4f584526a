// Builds styles and scripts into dist/ under content-hashed names, and manifest.json: logical name → file.
// Besides src/, every app may bring entries of its own: rongshu/<app>/site_assets/*.{ts,css}.
import { existsSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const apps = dirname(dirname(here));
const dist = join(here, "dist");

async function entriesOfApps() {
  const found = [];
  for (const app of await readdir(apps)) {
    const folder = join(apps, app, "site_assets");
    if (!existsSync(folder)) continue;
    for (const file of await readdir(folder)) {
      if (/^[^_].*(?<!\.d)\.(ts|css)$/.test(file)) found.push(join(folder, file));
    }
  }
  return found.sort();
}

const shared = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  metafile: true,
  legalComments: "none",
  charset: "utf8",
  target: ["chrome109", "firefox115", "safari16"],
  outdir: dist,
  entryNames: "[name]-[hash]",
  chunkNames: "[name]-[hash]",
  assetNames: "[name]-[hash]",
  loader: { ".svg": "file" },
};

await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
const extra = await entriesOfApps();
const results = await Promise.all([
  build({ ...shared, entryPoints: ["src/styles/site.css"] }),
  build({ ...shared, entryPoints: ["src/scripts/early.ts"], format: "iife" }),
  build({ ...shared, entryPoints: ["src/scripts/site.ts"], format: "esm", splitting: true }),
  ...extra.map((entry) => build({ ...shared, entryPoints: [entry], format: "esm" })),
  build({ ...shared, entryPoints: ["src/images/emblem.svg"], loader: { ".svg": "copy" } }),
]);

const manifest = {};
for (const { metafile } of results) {
  for (const [file, output] of Object.entries(metafile.outputs)) {
    if (!output.entryPoint) continue;
    const logical = basename(output.entryPoint).replace(/\.ts$/, ".js");
    manifest[logical] = relative(dist, join(here, file));
  }
}
const sorted = Object.fromEntries(Object.entries(manifest).sort());
await writeFile(join(dist, "manifest.json"), `${JSON.stringify(sorted, null, 2)}\n`);
