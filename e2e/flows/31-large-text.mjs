import { pagesOf } from "../lib/walk.mjs";

export const name = "nothing is lost at twice the text size";

export async function run(t) {
  const page = await t.newPage({ width: 1280, height: 900 });
  await t.signIn(page, "ward");
  const wrong = [];
  for (const [label, href] of await pagesOf(t, page)) {
    await t.visit(page, href);
    const size = () => page.evaluate(() => parseFloat(getComputedStyle(document.querySelector("main p, main td, main label")).fontSize));
    const before = await size();
    // As a browser does whose reader has set twice the text size.
    await page.evaluate(() => { document.documentElement.style.fontSize = "200%"; });
    const after = await size();
    if (after < before * 1.9) wrong.push(`${href}: the text grows from ${before} to ${after} px only`);
    try {
      await t.expectNoSidewaysScroll(page);
    } catch (error) {
      wrong.push(error.message);
    }
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll("button, a.button, .chip, th, summary, .side a, h1, h2, label")]
        .filter((one) => one.checkVisibility() && one.closest(".unseen, .trap") === null)
        .filter((one) => getComputedStyle(one).overflowX !== "visible" && one.scrollWidth > one.clientWidth + 1)
        .map((one) => one.textContent.trim().slice(0, 40)));
    if (cut.length > 0) wrong.push(`${href}: cut off: ${cut.join(" | ")}`);
    // A long list at this size is more than one picture can hold.
    await t.shot(page, `large-${label}`, { whole: false });
  }
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
}
