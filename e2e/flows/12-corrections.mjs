// A case that was opened by mistake is taken back on a phone, with what changes said beforehand, and
// restored; the history says both. Its title is corrected on the way.

export const name = "a case is corrected, taken back and restored";

/** Presses the primary button of the form that leads to an address. */
async function press(page, action) {
  const button = page.locator(`form[action="${action}"] button.button-primary`).first();
  await Promise.all([page.waitForLoadState("load"), button.click()]);
}

/** One step of correction: the form with its fields, the preview, and the step itself. */
async function correct(t, page, address, label, fields) {
  await t.visit(page, address);
  await t.look(page, `${label}-form`);
  for (const [field, value] of Object.entries(fields)) await page.fill(`[name="${field}"]`, value);
  await press(page, address);
  await page.locator('form [name="_confirmed"]').first().waitFor({ state: "attached" });
  await t.look(page, `${label}-preview`);
  // Back into the form: what was typed is still there.
  await Promise.all([page.waitForLoadState("load"), page.locator('button[name="_back"]').click()]);
  for (const [field, value] of Object.entries(fields)) {
    const kept = await page.inputValue(`[name="${field}"]`);
    if (kept !== value) throw new Error(`${address} kept ${JSON.stringify(kept)} of ${JSON.stringify(value)}`);
  }
  await press(page, address);
  await press(page, address);
  await page.waitForURL((url) => url.pathname === address.slice(0, address.lastIndexOf("/")));
}

export async function run(t) {
  const page = await t.newPage({ width: 360, height: 780 });
  await t.signIn(page, "supervisor");
  await t.visit(page, "/cases?show=open");
  const found = await page.locator('main a[href^="/cases/"]').evaluateAll((links) => links.map((one) => one.getAttribute("href")));
  const record = found.find((href) => /^\/cases\/[0-9a-f-]{36}$/u.test(href));
  if (!record) throw new Error("the list of cases leads to no case");

  const title = "題名を直した支援";
  await correct(t, page, `${record}/correct`, "head", { title, reason: "題名の書きまちがい" });
  await t.expectText(page, title);

  await correct(t, page, `${record}/strike`, "strike", { reason: "ちがう世帯で開いたため" });
  await t.look(page, "struck");
  await t.visit(page, "/cases?show=open");
  await t.expectAbsent(page, record);
  await t.visit(page, "/cases?show=struck");
  await t.expectText(page, title);
  await t.look(page, "list-struck");

  await correct(t, page, `${record}/restore`, "restore", { reason: "取り消したのがまちがい" });
  await t.expectText(page, title);
  await t.visit(page, "/cases?show=struck");
  await t.expectAbsent(page, record);
  await t.visit(page, record);
  await t.look(page, "restored");
  for (const reason of ["題名の書きまちがい", "ちがう世帯で開いたため", "取り消したのがまちがい"]) {
    if (!(await page.content()).includes(reason)) throw new Error(`the history of ${record} lacks ${reason}`);
  }
}
