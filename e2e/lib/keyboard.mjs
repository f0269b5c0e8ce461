// Going through a page with the keys alone, looking after every key where the
// focus is: in sight, marked, and not covered by anything.

const MOST = 150;

/** Where the focus is, and what is wrong with how it shows. */
async function focus(page) {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (!element || element === document.body) return { tag: "BODY", wrong: [] };
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    const wrong = [];
    const ring = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
    if (!ring && element.id !== "main") wrong.push("has no ring");
    if (box.width < 1 || box.height < 1) wrong.push("has no size");
    if (box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth) wrong.push("is out of sight");
    const [x, y] = [
      Math.min(Math.max((box.left + box.right) / 2, 1), innerWidth - 1),
      Math.min(Math.max((box.top + box.bottom) / 2, 1), innerHeight - 1),
    ];
    const above = document.elementFromPoint(x, y);
    const own = above && (element.contains(above) || above.contains(element) || above.closest("label")?.control === element);
    if (!own && wrong.length === 0) wrong.push(`is covered by ${above?.outerHTML.slice(0, 80)}`);
    return {
      tag: element.tagName,
      id: element.id,
      type: element.getAttribute("type"),
      name: element.getAttribute("name"),
      value: element.value ?? "",
      href: element.getAttribute("href"),
      text: element.textContent.trim().replace(/\s+/gu, " ").slice(0, 60),
      wrong,
    };
  });
}

/** Presses Tab until the focus is what is looked for; every stop on the way must show. */
export async function tabTo(page, what, matches) {
  const passed = [];
  for (let count = 0; count < MOST; count += 1) {
    await page.keyboard.press("Tab");
    const at = await focus(page);
    if (at.wrong.length > 0) {
      throw new Error(`on ${page.url()} the focus on ${at.tag} ${at.id || at.href || at.text} ${at.wrong.join(", ")}`);
    }
    if (matches(at)) return at;
    passed.push(at.text || at.name || at.tag);
  }
  throw new Error(`Tab does not reach ${what} on ${page.url()}; it passed ${passed.slice(0, 40).join(" | ")}`);
}

/** The first stop of a page is the link over the navigation, and it works. */
export async function skip(page) {
  const first = await tabTo(page, "the link to the content", () => true);
  if (first.href !== "#main") throw new Error(`the first stop of ${page.url()} is ${first.text}`);
  await page.keyboard.press("Enter");
  const next = await tabTo(page, "the content", () => true);
  const inside = await page.evaluate(() => document.getElementById("main").contains(document.activeElement));
  if (!inside) throw new Error(`after skipping, ${page.url()} goes on at ${next.text}, outside the content`);
}
