// Runs the browser flows: node e2e/run.mjs BASE_URL [--short] [--only TEXT] [--shots DIR]
//                         node e2e/run.mjs --selftest
//
// A flow is a file in flows/ that exports `name` and `async run(t)`; one that
// also exports `short = true` runs in the short pass on the second engine, and
// one that exports `everyFont = true` runs once with each font of lib/fonts.mjs,
// because whether a page fits its window depends on the font.
// SASAE_DEMO_LOG names the file with what `sasae demo` printed: the lines
// `account: LOGIN PASSWORD …` become `t.accounts`.

import { readdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

import { runFlow } from "./lib/flow.mjs";
import { FONTS, onlyFont } from "./lib/fonts.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const SELFTEST = "00-selftest.mjs";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    selftest: { type: "boolean", default: false },
    short: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    shots: { type: "string", default: path.join(here, "shots") },
  },
});

const base = positionals[0];
if (!base && !options.selftest) {
  console.error("usage: node e2e/run.mjs BASE_URL [--short] [--only TEXT] [--shots DIR] | --selftest");
  process.exit(2);
}

async function collect() {
  const files = (await readdir(path.join(here, "flows"))).filter((file) => file.endsWith(".mjs")).sort();
  const flows = [];
  for (const file of files) {
    if (options.selftest && file !== SELFTEST) continue;
    if (!file.includes(options.only)) continue;
    const flow = await import(pathToFileURL(path.join(here, "flows", file)).href);
    if (typeof flow.name !== "string" || typeof flow.run !== "function") {
      throw new Error(`flows/${file} must export name and run(t)`);
    }
    if (options.short && flow.short !== true) continue;
    if (flow.everyFont === true) {
      for (const font of FONTS) flows.push({ file, name: `${flow.name} in ${font.family}`, run: flow.run, font });
    } else {
      flows.push({ file, name: flow.name, run: flow.run, font: FONTS[0] });
    }
  }
  return flows;
}

async function readAccounts() {
  const file = process.env.SASAE_DEMO_LOG;
  if (!file) return [];
  const lines = (await readFile(file, "utf8")).split("\n");
  return lines
    .map((line) => /^(?:account:|  )\s*([a-z-]+)\s+(\S+)  /u.exec(line))
    .filter((match) => match !== null)
    .map(([, login, password]) => ({ login, password }));
}

/** A browser in which there is only this font. */
async function openBrowser(font) {
  const { config, remove } = await onlyFont(font);
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    headless: true,
    env: { ...process.env, FONTCONFIG_FILE: config },
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // Nothing but the server under test can be reached, whatever a page asks for.
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    ],
  });
  return { browser, close: () => browser.close().finally(remove) };
}

const flows = await collect();
const browsers = new Map();
let passed = 0;
let failed = 0;
try {
  if (!options.selftest) await rm(options.shots, { recursive: true, force: true });
  const accounts = await readAccounts();
  for (const flow of flows) {
    const start = performance.now();
    if (!browsers.has(flow.font)) browsers.set(flow.font, await openBrowser(flow.font));
    const { browser } = browsers.get(flow.font);
    const faults = await runFlow(flow, { browser, base, shots: options.shots, accounts });
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    if (faults.length === 0) {
      passed += 1;
      console.log(`ok      ${flow.file}: ${flow.name} (${seconds} s)`);
    } else {
      failed += 1;
      console.log(`FAILED  ${flow.file}: ${flow.name} (${seconds} s)`);
      for (const fault of faults) console.log(fault.replace(/^/gmu, "        "));
    }
  }
} finally {
  for (const { close } of browsers.values()) await close();
}

if (passed + failed === 0) {
  console.error("no flow was chosen: a run without a flow proves nothing");
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
