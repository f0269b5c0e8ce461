// A list on a phone: narrowed, ordered, saved as a view that says what it holds, and taken out as a
// workbook with its purpose.

export const name = "a list is narrowed, saved and taken out";

export async function run(t) {
  const page = await t.newPage({ width: 360, height: 780 });
  await t.signIn(page, "coordinator");
  await t.visit(page, "/notices?show=all&order=oldest");
  await t.look(page, "notices");
  const rows = await page.locator(".list-count").first().innerText();

  await t.visit(page, "/lists/notice/views?show=all&order=oldest");
  await t.look(page, "views");
  // Run again over the same city, the name of before is taken.
  const name = `古いものから ${Date.now()}`;
  await page.fill('[name="name"]', name);
  const save = page.locator('form[action="/lists/notice/views"] button.button-primary');
  await Promise.all([page.waitForLoadState("load"), save.click()]);
  await t.visit(page, "/lists/notice/views");
  await t.expectText(page, name);
  await t.look(page, "views-saved");
  const removal = await page.locator('main form[action^="/views/"][action$="/delete"]').first().getAttribute("action");
  await t.visit(page, removal.replace("/delete", ""));
  const again = await page.locator(".list-count").first().innerText();
  if (again !== rows) throw new Error(`the view shows ${again}, the list showed ${rows}`);

  await t.visit(page, "/lists/notice/export?show=all&order=oldest");
  await t.look(page, "export");
  await page.locator('input[name="format"][value="workbook"]').check();
  await page.fill('[name="purpose"]', "連絡会の資料");
  const ask = page.locator('form[action="/lists/notice/export"] button.button-primary');
  await Promise.all([page.waitForURL("**/exports/*"), ask.click()]);
  await t.look(page, "export-done");
  const [file] = await Promise.all([page.waitForEvent("download"), page.locator('main a[href$="/file"], main a[download]').first().click()]);
  if (!file.suggestedFilename().endsWith(".xlsx")) throw new Error(`the file is called ${file.suggestedFilename()}`);
}
