// A notice is passed on to a watcher, on a phone: the coordinator chooses whom, the watcher accepts and tells what
// came of it, and the coordinator finds the answer on top of 今日 until it is said to be seen.

export const name = "a notice is passed on, answered, and the answer seen";

/** Presses a button and waits for the page that follows. */
async function press(page, selector) {
  await Promise.all([page.waitForLoadState("load"), page.locator(selector).first().click()]);
}

export async function run(t) {
  const coordinator = await t.newPage({ width: 360, height: 780 });
  await t.signIn(coordinator, "coordinator");
  const watcherPage = await t.newPage({ width: 360, height: 780 });
  await t.signIn(watcherPage, "minsei");
  const watcher = (await watcherPage.locator(".account-name").first().textContent()).trim();

  const words = "門の前に新聞が4日分たまっています（引き継ぎの流れ）";
  await t.visit(coordinator, "/notices/new");
  await coordinator.check('[name="kind"][value="mail_piled"]');
  await coordinator.fill('[name="what"]', words);
  const area = await coordinator.locator('select[name="area"] option').evaluateAll((all) => all.map((one) => one.value).filter(Boolean)[0]);
  await coordinator.selectOption('[name="area"]', area);
  await press(coordinator, 'form[action="/notices"] button.button-primary');
  await coordinator.waitForURL((url) => /^\/notices\/[0-9a-f-]{36}$/u.test(url.pathname));
  const notice = new URL(coordinator.url()).pathname;

  // Nothing is asked for before an outcome that asks is chosen; then its fields alone.
  if (await coordinator.locator('[name="staff"]').isVisible()) throw new Error("whom to ask shows before it is asked");
  await coordinator.check('[name="outcome"][value="watch"]');
  if (!(await coordinator.locator('[name="staff"]').isVisible())) throw new Error("whom to ask does not show");
  if (await coordinator.locator('[name="organisation"]').isVisible()) throw new Error("agencies show beside watchers");
  await coordinator.fill('[name="note"]', "ようすを見てもらう");
  await t.look(coordinator, "decide");
  t.tolerate(/status of 422/u);
  // Without a choice the form comes back with the error beside the field.
  await press(coordinator, `form[action="${notice}/triage"] button.button-primary`);
  await t.expectText(coordinator, "選んでください");
  await t.look(coordinator, "decide-error");
  const chosen = await coordinator
    .locator('select[name="staff"] option')
    .evaluateAll((all, name) => all.filter((one) => one.textContent.includes(name)).map((one) => one.value)[0], watcher);
  if (!chosen) {
    await coordinator.fill('[name="find"]', watcher.slice(0, 2));
    await press(coordinator, 'button[name="_find"]');
  }
  const found = await coordinator
    .locator('select[name="staff"] option')
    .evaluateAll((all, name) => all.filter((one) => one.textContent.includes(name)).map((one) => one.value)[0], watcher);
  if (!found) throw new Error(`${watcher} cannot be asked`);
  await coordinator.selectOption('[name="staff"]', found);
  await press(coordinator, `form[action="${notice}/triage"] button.button-primary`);
  await t.expectText(coordinator, watcher);
  await t.look(coordinator, "asked");

  await t.visit(watcherPage, "/today");
  await t.look(watcherPage, "watcher-today");
  await t.visit(watcherPage, notice);
  await t.expectText(watcherPage, words);
  await watcherPage.check('[name="answer"][value="accept"]');
  await t.look(watcherPage, "watcher-asked");
  await press(watcherPage, 'form[action$="/answer"] button.button-primary');
  await t.expectText(watcherPage, "引き受けました");
  const seen = "訪ねて会えました。旅行でした（引き継ぎの流れ）";
  await watcherPage.fill('[name="note"]', seen);
  await press(watcherPage, 'form[action$="/answer"] button.button-primary');
  await t.look(watcherPage, "watcher-told");

  await t.visit(coordinator, "/today");
  await t.expectText(coordinator, "届いた返事");
  await t.expectText(coordinator, seen);
  await t.look(coordinator, "answer-came");
  await press(coordinator, `li:has-text("${seen}") form[action$="/seen"] button`);
  await t.expectAbsent(coordinator, seen);
}
