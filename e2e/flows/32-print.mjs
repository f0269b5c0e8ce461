import { pagesOf } from "../lib/walk.mjs";

export const name = "a case prints without what only a screen needs";

/** What has no use on paper. */
const SCREEN = "header.top, nav, footer, .skip, .button, button, input[type=submit], .thumb";

export async function run(t) {
  const page = await t.newPage({ width: 740, height: 1000 });
  await t.signIn(page, "ward");
  const pages = new Map(await pagesOf(t, page));
  for (const label of ["case", "person", "thread", "figures"]) {
    await page.emulateMedia({ media: "screen" });
    await t.visit(page, pages.get(label));
    const title = await page.locator("h1").innerText();
    await page.emulateMedia({ media: "print" });
    const left = await page.locator(SCREEN).evaluateAll((all) =>
      all.filter((one) => one.checkVisibility()).map((one) => one.outerHTML.slice(0, 120)));
    if (left.length > 0) throw new Error(`${label} prints what only a screen needs:\n${left.join("\n")}`);
    if (!(await page.locator("h1").isVisible()) || title.trim() === "") throw new Error(`${label} prints no title`);
    await t.expectNoSidewaysScroll(page);
    await t.shot(page, `print-${label}`);
  }
}
