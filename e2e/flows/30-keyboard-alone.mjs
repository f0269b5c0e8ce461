import { skip, tabTo } from "../lib/keyboard.mjs";

export const name = "a coordinator works with the keyboard alone";

const WHAT = "雨の日も洗濯物が出たままです。";

async function report(t) {
  const page = await t.newPage();
  await t.visit(page, "/");
  await skip(page);
  await t.visit(page, "/");
  await tabTo(page, "what was noticed", (at) => at.name === "kind");
  await page.keyboard.press("Space");
  await tabTo(page, "the words", (at) => at.name === "what");
  await page.keyboard.type(WHAT);
  await tabTo(page, "the area", (at) => at.name === "area");
  await page.keyboard.press("ArrowDown");
  await tabTo(page, "the button", (at) => at.tag === "BUTTON");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/report/done**");
}

async function signIn(t, page, login) {
  const { password } = t.accounts.find((account) => account.login === login);
  await t.visit(page, "/sign-in");
  await skip(page);
  await t.visit(page, "/sign-in");
  await tabTo(page, "the login", (at) => at.name === "login");
  await page.keyboard.type(login);
  await tabTo(page, "the password", (at) => at.name === "password");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/today");
}

export async function run(t) {
  await report(t);
  for (const [width, height] of [[1280, 800], [360, 780]]) {
    const page = await t.newPage({ width, height });
    await signIn(t, page, "ward");
    await skip(page);
    // Every stop of the page shows where it is, to the last one.
    await tabTo(page, "the way to record", (at) => at.href === "/record");
  }

  const page = await t.newPage({ width: 1280, height: 800 });
  await signIn(t, page, "ward");
  await tabTo(page, "the notices", (at) => at.href === "/notices");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/notices");
  const row = page.locator(`tr:has-text("${WHAT}") a`).first();
  const href = await row.getAttribute("href");
  await skip(page);
  await t.visit(page, "/notices");
  await tabTo(page, "the notice", (at) => at.href === href);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/notices/*");
  await tabTo(page, "the decision", (at) => at.name === "outcome");
  await page.keyboard.press("Space");
  for (let count = 0; count < 10; count += 1) {
    if ((await page.locator('input[name="outcome"]:checked').inputValue()) === "consultation") break;
    await page.keyboard.press("ArrowDown");
  }
  await tabTo(page, "the button", (at) => at.tag === "BUTTON" && at.type === "submit" && at.text === "決める");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/consultations/new**");
  await skip(page);
}
