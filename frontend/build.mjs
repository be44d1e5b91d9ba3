// Builds the face into src/aydyn/face/static/face/. The same sources give the same bytes, wherever they lie.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync, readdirSync, existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build, transformSync } from "esbuild";
import { compile } from "sass";

const here = dirname(fileURLToPath(import.meta.url));
const out = join(here, "..", "src", "aydyn", "face", "static", "face");
const target = ["es2020", "firefox102", "chrome100", "safari15"];
const sha256 = (text, encoding) => createHash("sha256").update(text).digest(encoding);

/** Compile one stylesheet to minified CSS text. */
function styles(entry) {
  const { css } = compile(join(here, "src", "styles", entry), { quietDeps: true, charset: false });
  const lean = css
    .replace(/var\((--govuk-[a-z-]+-colour), *#[0-9a-f]+\)/gi, "var($1)") // every one is set on :root
    .replace(/\s*-(?:webkit-font|moz-osx-font)-smoothing: \w+;/g, "") // an inherited taste, not needed on each rule
    .replace(/@supports not \(text-wrap: balance\) \{[^{}]*(?:\{[^{}]*\}\s*)*\}/g, "") // a mend for Chromium 108 to 111
    .replace(/@media print \{\s*[^{}]+\{\s*font-family: inherit;\s*\}\s*\}/g, "");
  return transformSync(lean, { loader: "css", minify: true, target, legalComments: "none" }).code.trim() + "\n";
}

/** Bundle one TypeScript entry to a classic script (no modules, no source map, no paths inside). */
async function script(entry) {
  const result = await build({
    entryPoints: [join(here, "src", entry)],
    absWorkingDir: here,
    bundle: true,
    charset: "utf8",
    format: "iife",
    legalComments: "none",
    minify: true,
    target,
    tsconfigRaw: {},
    write: false,
  });
  return result.outputFiles[0].text.replaceAll("</script", "<\\/script").trim() + "\n";
}

/** Write one output file and say how heavy it is. */
function emit(name, text) {
  writeFileSync(join(out, name), text);
  console.log(`${name.padEnd(20)} ${String(text.length).padStart(7)} B  gzip ${gzipSync(text, { level: 9 }).length} B`);
}

/** Put the verify page together: one file, with the hashes that its policy allows. */
async function verifyPage() {
  const css = styles("verify.scss");
  const js = await script("verify/main.ts");
  const csp = { script: `sha256-${sha256(js, "base64")}`, style: `sha256-${sha256(css, "base64")}` };
  const policy = `default-src 'none'; script-src '${csp.script}'; style-src '${csp.style}'; base-uri 'none'; form-action 'none'`;
  const parts = { POLICY: policy, STYLE: css, SCRIPT: js };
  const html = readFileSync(join(here, "src", "verify", "verify.html"), "utf8").replace(
    /%(POLICY|STYLE|SCRIPT)%/g,
    (_, key) => parts[key],
  );
  emit("verify.html", html);
  emit("verify.html.sha256", `${sha256(html, "hex")}  verify.html\n`);
  emit("verify.csp.json", JSON.stringify(csp, null, 2) + "\n");
  console.log(`verify.html SHA-256 ${sha256(html, "hex")}`);
}

mkdirSync(out, { recursive: true });
emit("app.css", styles("app.scss"));
emit("app.js", await script("app/main.ts"));
for (const name of readdirSync(join(here, "src", "icons")).sort()) {
  emit(name, readFileSync(join(here, "src", "icons", name), "utf8"));
}
if (existsSync(join(here, "src", "verify", "main.ts"))) await verifyPage();
