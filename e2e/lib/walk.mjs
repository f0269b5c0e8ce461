// Walks through what a role can open from its navigation and its pages, one
// page of each shape, and looks at each: accessible, no sideways scroll, small
// enough, nothing from elsewhere.

async function hrefs(page) {
  const found = await page
    .locator("nav#nav a[href^='/'], main a[href^='/']")
    .evaluateAll((links) => links.map((link) => link.getAttribute("href")));
  return [...new Set(found)].filter((href) => !href.startsWith("/language") && !href.startsWith("/assets"));
}

/** One of each shape: ids are replaced, so that a list of 200 cases is one page. */
function shape(href) {
  return href.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/gu, "ID").replace(/\?.*/u, "");
}

/** Looks at up to `most` pages of a role; one run names every page that is wrong. */
export async function walk(t, role, { most, widths, lang = "ja" }) {
  const wrong = [];
  const page = await t.newPage({ width: widths[0], lang });
  await t.signIn(page, role);
  const seen = new Set();
  let queue = ["/today"];
  while (queue.length > 0 && seen.size < most) {
    const href = queue.shift();
    if (seen.has(shape(href))) continue;
    seen.add(shape(href));
    await t.visit(page, href);
    const label = `${lang}-${role}-${shape(href).replaceAll("/", "_").replace(/^_/u, "")}`;
    for (const width of widths) {
      await page.setViewportSize({ width, height: 900 });
      try {
        await t.look(page, label);
      } catch (error) {
        wrong.push(error.message);
      }
    }
    queue = queue.concat(await hrefs(page));
  }
  if (seen.size < 4) wrong.push(`${role} reached only ${seen.size} pages`);
  if (wrong.length > 0) throw new Error([...new Set(wrong)].join("\n"));
}

/** The main pages with a record each: pairs of a name and an address. */
export async function pagesOf(t, page) {
  const first = async (list, start) => {
    await t.visit(page, list);
    const found = (await hrefs(page)).find((href) => href.startsWith(start) && /[0-9a-f]{8}-[0-9a-f-]{27}$/u.test(href));
    if (!found) throw new Error(`${list} has no link to ${start}`);
    return found;
  };
  const caseHref = await first("/cases?show=open", "/cases/");
  const personHref = await first(caseHref, "/persons/");
  return [
    ["today", "/today"],
    ["record", "/record"],
    ["notices", "/notices?show=all"],
    ["notice", await first("/notices?show=all", "/notices/")],
    ["notice-new", "/notices/new"],
    ["intake", "/consultations/new"],
    ["consultations", "/consultations"],
    ["consultation", await first("/consultations", "/consultations/")],
    ["persons", "/persons?q=山"],
    ["person", personHref],
    ["person-edit", `${personHref}/edit`],
    ["person-restrict", `${personHref}/restrict`],
    ["person-looks", `${personHref}/looks`],
    ["person-new", "/persons/new"],
    ["cases", "/cases?show=open"],
    ["case", caseHref],
    ["role-new", `${caseHref}/roles/new`],
    ["assessment-new", `${caseHref}/assessments/new`],
    ["plan-new", `${caseHref}/plans/new`],
    ["contacts", `${caseHref}/contacts`],
    ["contact-new", `${caseHref}/contacts/new`],
    ["monitoring-new", `${caseHref}/monitoring/new`],
    ["case-close", `${caseHref}/close`],
    ["thread", `/thread/case/${caseHref.split("/").pop()}`],
    ["figures", "/figures"],
    ["organisation", "/organisation"],
    ["search", "/search?q=山"],
    ["account", "/account"],
  ];
}
