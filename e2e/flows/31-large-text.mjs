import { pagesOf } from "../lib/walk.mjs";

export const name = "nothing is lost at twice the text size";
export const everyFont = true;

export async function run(t) {
  const page = await t.newPage({ width: 1280, height: 900 });
  const wrong = [];
  const fits = async () => {
    for (const check of [t.expectNoSidewaysScroll, t.expectNothingCut]) {
      await check.call(t, page).catch((error) => wrong.push(error.message));
    }
  };
  await t.signIn(page, "ward");
  await t.expectFont(page);
  const browser = await page.context().newCDPSession(page);
  for (const [label, href] of await pagesOf(t, page)) {
    await t.visit(page, href);
    const size = () => page.evaluate(() => parseFloat(getComputedStyle(document.querySelector("main p, main td, main label")).fontSize));
    const before = await size();

    // As an extension or a reader's own style sheet does: the layout stays the one of a wide window.
    await page.evaluate(() => { document.documentElement.style.fontSize = "200%"; });
    const after = await size();
    if (after < before * 1.9) wrong.push(`${href}: the text grows from ${before} to ${after} px only`);
    await fits();
    // A long list at this size is more than one picture can hold.
    await t.shot(page, `large-${label}`, { whole: false });

    // As a browser does whose reader has set twice the text size: the layout becomes that of a small window.
    await page.evaluate(() => { document.documentElement.style.fontSize = ""; });
    await browser.send("Page.setFontSizes", { fontSizes: { standard: 32, fixed: 26 } });
    await page.waitForFunction(() => matchMedia("(max-width: 60em)").matches);
    await fits();
    await browser.send("Page.setFontSizes", { fontSizes: { standard: 16, fixed: 13 } });
  }
  if (wrong.length > 0) throw new Error([...new Set(wrong)].join("\n"));
}
