import { pagesOf } from "../lib/walk.mjs";

export const name = "every main page fits a phone";
export const everyFont = true;

export async function run(t) {
  const page = await t.newPage({ width: 360, height: 780 });
  const wrong = [];
  await t.signIn(page, "ward");
  await t.expectFont(page);
  for (const [label, href] of await pagesOf(t, page)) {
    await t.visit(page, href);
    for (const check of [t.expectNoSidewaysScroll, t.expectNothingCut]) {
      await check.call(t, page).catch((error) => wrong.push(error.message));
    }
    await t.shot(page, label, { whole: false });
  }
  if (wrong.length > 0) throw new Error([...new Set(wrong)].join("\n"));
}
