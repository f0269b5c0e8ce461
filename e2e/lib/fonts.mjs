// The fonts that a browser under test knows. Whether a page fits its window
// depends on the width of its letters, so a browser is told by name which font
// files there are, and what else a machine has installed makes no difference.

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The fonts by the short names that pictures carry; every flow runs with the first one. */
export const FONTS = [
  { short: "biz", family: "BIZ UDPGothic", debian: "fonts-morisawa-bizud-gothic" },
  { short: "noto", family: "Noto Sans CJK JP", debian: "fonts-noto-cjk" },
];

/** The files of a family in its two weights that pages use. */
async function filesOf(font) {
  const { stdout } = await run("fc-list", ["--format", "%{file}\t%{style[0]}\n", font.family]);
  const lines = stdout.split("\n").map((line) => line.split("\t"));
  return lines.filter(([, style]) => style === "Regular" || style === "Bold").map(([file]) => file);
}

/**
 * Writes a fontconfig file by which a program finds the files of `font` and no
 * other font. Gives its path and a function that removes it.
 */
export async function onlyFont(font) {
  const files = await filesOf(font);
  if (files.length < 2) {
    throw new Error(`${font.family} is not installed in Regular and Bold: apt-get install ${font.debian}`);
  }
  const folder = await mkdtemp(path.join(tmpdir(), "sasae-font-"));
  const fonts = path.join(folder, "fonts");
  await mkdir(fonts);
  for (const file of files) await symlink(file, path.join(fonts, path.basename(file)));
  const config = path.join(folder, "fonts.conf");
  await writeFile(config, `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${fonts}</dir>
  <cachedir>${path.join(folder, "cache")}</cachedir>
</fontconfig>
`);
  return { config, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** The families of the letters that stand directly in the elements that `selector` finds. */
export async function familiesUsed(page, selector) {
  const session = await page.context().newCDPSession(page);
  try {
    await session.send("DOM.enable");
    await session.send("CSS.enable");
    const { root } = await session.send("DOM.getDocument");
    const { nodeIds } = await session.send("DOM.querySelectorAll", { nodeId: root.nodeId, selector });
    const families = new Set();
    for (const nodeId of nodeIds) {
      const { fonts } = await session.send("CSS.getPlatformFontsForNode", { nodeId });
      for (const font of fonts) families.add(font.familyName);
    }
    return [...families].sort();
  } finally {
    await session.detach();
  }
}
