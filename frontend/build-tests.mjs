// Bundles tests/frontend/*.test.ts for node's own test runner.
import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const tests = join(here, "..", "tests", "frontend");
const outdir = join(here, "build", "tests");

rmSync(outdir, { recursive: true, force: true });
await build({
  entryPoints: readdirSync(tests).filter((name) => name.endsWith(".test.ts")).map((name) => join(tests, name)),
  bundle: true,
  define: { ROOT: JSON.stringify(join(here, "..")) },
  format: "esm",
  logLevel: "warning",
  nodePaths: [join(here, "node_modules")],
  outdir,
  outExtension: { ".js": ".mjs" },
  platform: "node",
  target: "node20",
});
