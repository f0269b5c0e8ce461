// The main way: a neighbour's notice on a phone becomes a consultation, a case
// with a team, a plan and contacts, and is closed; the receipt says "finished"
// and the thread shows the whole way. A flow walks it with scripts, another one
// without, because every page must work without them.

/** Presses the page's primary button of the form that holds a field. */
async function submit(page, action) {
  const form = page.locator(`form[action="${action}"]`);
  await Promise.all([page.waitForLoadState("load"), form.locator("button.button-primary").first().click()]);
}

async function check(page, field, value) {
  await page.locator(`input[name="${field}"][value="${value}"]`).first().check();
}

/** The first real choice of a list. */
async function firstChoice(page, field) {
  const value = await page.locator(`select[name="${field}"] option:not([value=""])`).first().getAttribute("value");
  await page.locator(`select[name="${field}"]`).selectOption(value);
}

/** Waits for a page; says what the form says when it comes back instead. */
async function arrive(page, path) {
  try {
    await page.waitForURL((url) => `${url.pathname}${url.search}`.startsWith(path), { timeout: 10_000 });
  } catch {
    const errors = await page.locator(".error-summary").allInnerTexts();
    throw new Error(`did not arrive at ${path} but at ${page.url()}: ${errors.join(" ")}`);
  }
}

function day(offset) {
  const at = new Date(Date.now() + 9 * 3600_000 + offset * 86_400_000);
  return at.toISOString().slice(0, 10);
}

async function reportOnAPhone(t, js) {
  const phone = await t.newPage({ width: 360, height: 780, js });
  await t.visit(phone, "/");
  const scripted = (await phone.locator("html.js").count()) === 1;
  if (scripted !== js) throw new Error(`scripts are ${scripted ? "on" : "off"}`);
  await t.look(phone, "public-form");
  await check(phone, "kind", "mail_piled");
  await phone.fill('[name="what"]', "となりの家の新聞が4日分、たまっています。");
  await phone.fill('[name="place"]', "みどり公園のうら");
  // Without an area the form comes back, and keeps what was typed.
  t.tolerate(/status of 422/);
  await submit(phone, "/report");
  await t.expectText(phone, "選んでください");
  if ((await phone.inputValue('[name="what"]')).length === 0) throw new Error("the form lost what was typed");
  await t.look(phone, "public-form-error");
  await firstChoice(phone, "area");
  await submit(phone, "/report");
  await phone.waitForURL("**/report/done**");
  await t.look(phone, "public-done");
  const receipt = new URL(phone.url()).searchParams.get("receipt");
  await t.visit(phone, `/receipt?receipt=${receipt}`);
  await t.expectText(phone, "届");
  await t.look(phone, "public-receipt");
  return { phone, receipt };
}

async function triage(t, page) {
  await t.visit(page, "/today");
  await t.look(page, "today");
  await t.visit(page, "/notices");
  await t.look(page, "notices");
  await page.getByText("となりの家の新聞").first().waitFor();
  await page.locator('tr:has-text("となりの家の新聞") a').first().click();
  await page.waitForURL("**/notices/*");
  await t.look(page, "notice");
  const path = new URL(page.url()).pathname;
  await check(page, "outcome", "consultation");
  await submit(page, `${path}/triage`);
  await page.waitForURL("**/consultations/new**");
  return path.split("/").pop();
}

/** Half an intake is kept with the 下書き button, and is there again after opening it anew. */
async function keepHalf(t, page) {
  const half = "新聞がたまり、呼んでも返事が遅い。";
  await page.fill('[name="what"]', half);
  await check(page, "problems", "community");
  await page.locator('button[name="_draft"][value="1"]').click();
  await t.expectText(page, "下書きから続けています");
  const { pathname, search } = new URL(page.url());
  await t.visit(page, "/today");
  await t.visit(page, `${pathname}${search}`);
  await t.expectText(page, "下書きから続けています");
  const kept = await page.inputValue('[name="what"]');
  if (kept !== half) throw new Error(`the draft came back as ${JSON.stringify(kept)}`);
  const ticked = await page.locator('input[name="problems"]:checked').evaluateAll((all) => all.map((one) => one.value));
  if (ticked.join() !== "community") throw new Error(`the draft came back with the problems ${ticked.join()}`);
  await t.look(page, "intake-draft");
}

async function takeIntake(t, page) {
  await t.look(page, "intake");
  await keepHalf(t, page);
  await page.fill('[name="what"]', "新聞がたまり、呼んでも返事が遅い。足が痛く買い物に行けていない。");
  await page.locator('button[name="_draft"][value="register"]').click();
  await page.waitForURL("**/persons/new**");
  await t.look(page, "person-new");
  await page.fill('[name="family"]', "見本橋");
  await page.fill('[name="given"]', "髙子");
  await page.fill('[name="family_kana"]', "ミホンバシ");
  await page.fill('[name="given_kana"]', "タカコ");
  await page.fill('[name="birth"]', "昭和15年4月1日");
  const area = page.locator('select[name="area"]');
  if ((await area.inputValue()) === "") await firstChoice(page, "area");
  if ((await page.locator('input[name="sex"]').count()) > 0) await check(page, "sex", "female");
  await page.fill('[name="address"]', "みどり町1丁目2-3");
  await submit(page, "/persons");
  // Run again over the same city, she is there already: the page asks first.
  const notSame = page.locator('input[name="not_same"]');
  if ((await notSame.count()) > 0) {
    await t.look(page, "person-similar");
    await notSame.check();
    await submit(page, "/persons");
  }
  await arrive(page, "/consultations/new");
  await t.expectText(page, "見本橋");
  await check(page, "from_whom", "neighbour");
  await check(page, "problems", "illness_disability");
  await check(page, "problems", "community");
  await check(page, "worst", "illness_disability");
  await check(page, "urgency", "soon");
  await submit(page, "/consultations");
  await page.waitForURL(/\/consultations\/[0-9a-f-]{36}/);
  await t.look(page, "consultation");
  return new URL(page.url()).pathname.split("/").pop();
}

async function openCase(t, page, consultation) {
  await t.visit(page, `/cases/new?consultation=${consultation}`);
  await t.look(page, "case-new");
  await page.fill('[name="title"]', "買い物に行けない一人暮らし");
  await submit(page, "/cases");
  await page.waitForURL(/\/cases\/[0-9a-f-]{36}/);
  await t.look(page, "case-open");
  return new URL(page.url()).pathname;
}

async function team(t, page, path, js) {
  const colleague = await t.newPage({ js });
  await t.signIn(colleague, "coordinator");
  const name = (await colleague.locator(".account-name").first().innerText()).trim();
  await t.visit(page, `${path}/roles/new?q=${encodeURIComponent(name)}`);
  await t.look(page, "role-new");
  const option = page.locator('select[name="staff"] option', { hasText: name }).first();
  await page.locator('select[name="staff"]').selectOption(await option.getAttribute("value"));
  await page.locator('select[name="role"]').selectOption("visit");
  await page.fill('[name="task"]', "週に1回たずねる");
  await page.fill('[name="due_on"]', day(14));
  await submit(page, `${path}/roles`);
  await arrive(page, `${path}?done=asked`);
  await t.look(page, "case-waiting");

  await t.visit(colleague, path);
  await t.look(colleague, "role-asked");
  const answer = colleague.locator(`form[action^="${path}/roles/"][action$="/answer"]`).first();
  await answer.locator('[name="answer"][value="accept"]').check();
  await answer.locator("button.button-primary").click();
  await arrive(colleague, `${path}?`);

  await t.visit(page, path);
  await page.locator(`form[action="${path}/agree"] button[type=submit]`).first().click();
  await arrive(page, `${path}?`);
}

async function work(t, page, path) {
  await t.visit(page, `${path}/assessments/new`);
  await t.look(page, "assessment-new");
  await page.fill('[name="assessed_on"]', day(0));
  for (const [field, text] of [
    ["situation", "膝の痛みで外に出られない。食事は1日2回。"],
    ["strengths", "話し好きで、近所に友人がいる。"],
    ["risks", "転倒、低栄養。"],
    ["needs", "買い物の手伝いと受診。"],
  ]) await page.fill(`[name="${field}"]`, text);
  await submit(page, `${path}/assessments`);

  await t.visit(page, `${path}/plans/new`);
  await t.look(page, "plan-new");
  await page.fill('[name="aim"]', "安心して家で暮らし続ける");
  await page.locator('[name="goal"]').first().fill("週2回、食べ物がそろう");
  await page.locator('[name="step"]').first().fill("おたすけ隊が買い物を手伝う");
  await page.locator('[name="who"]').first().fill("おたすけ隊");
  await page.locator('[name="due"]').first().fill(day(30));
  await page.fill('[name="agreed_on"]', day(0));
  await page.fill('[name="review_on"]', day(60));
  await submit(page, `${path}/plans`);

  await t.visit(page, `${path}/contacts/new`);
  await t.look(page, "contact-new");
  await page.fill('[name="contact_on"]', day(0));
  await firstChoice(page, "kind");
  await page.locator('input[name="method"]').first().check();
  await page.fill('[name="body"]', "玄関先で話した。顔色はよい。");
  await page.fill('[name="next_on"]', day(7));
  await page.fill('[name="next_what"]', "受診のようすを聞く");
  await submit(page, `${path}/contacts`);

  await t.visit(page, `${path}/monitoring/new`);
  await t.look(page, "monitoring-new");
  await page.fill('[name="monitored_on"]', day(0));
  await page.fill('[name="findings"]', "買い物ができるようになり、表情が明るい。");
  await page.locator('input[name="verdict"]').first().check();
  await submit(page, `${path}/monitoring`);
  await t.visit(page, path);
  await t.look(page, "case-under-way");
}

async function close(t, page, path) {
  await t.visit(page, `${path}/close`);
  await t.look(page, "case-close");
  await page.fill('[name="closed_on"]', day(0));
  await page.locator('input[name="outcome"]').first().check();
  await page.fill('[name="note"]', "暮らしが落ち着いた。");
  if ((await page.locator('[name="answer"]').count()) > 0) {
    await page.fill('[name="answer"]', "お知らせのおかげで、落ち着いて暮らせるようになりました。");
  }
  await submit(page, `${path}/close`);
  await page.waitForURL(`**${path}**`);
  await t.look(page, "case-closed");
}

/** Walks the whole way; `js: false` turns scripts off in every browser window. */
export async function walkConcern(t, { js }) {
  const { phone, receipt } = await reportOnAPhone(t, js);
  const page = await t.newPage({ js });
  await t.signIn(page, "ward");
  const notice = await triage(t, page);
  const consultation = await takeIntake(t, page);
  const path = await openCase(t, page, consultation);
  await team(t, page, path, js);
  await work(t, page, path);
  await close(t, page, path);

  await t.visit(page, `/thread/notice/${notice}`);
  await t.expectText(page, "支援の終了");
  await t.expectText(page, "気づき");
  await t.look(page, "thread");
  await t.visit(phone, `/receipt?receipt=${receipt}`);
  await t.expectText(phone, "終");
}
