// The `t` that a flow is given, and the function that runs one flow to its verdict.

import { createRequire } from "node:module";
import { mkdir, readFile } from "node:fs/promises";
import path from "node:path";

import { familiesUsed } from "./fonts.mjs";
import { Faults, watchContext, watchPolicy, watchSizes } from "./watch.mjs";

const axeFile = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
const axeSource = await readFile(axeFile, "utf8");

/** The rules that every page meets: WCAG 2.0 to 2.2 at A and AA, and best practice. */
const AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"];

/** Longest time a flow may take, and longest wait for one thing on a page, in milliseconds. */
const FLOW_LIMIT = 180_000;
const WAIT_LIMIT = 15_000;

/** What a flow works with. One instance serves one flow. */
class Flow {
  constructor({ browser, base, name, font, shots, accounts }) {
    this.browser = browser;
    /** The one font that the browser has. */
    this.font = font;
    this.base = base;
    this.accounts = accounts;
    this.faults = new Faults();
    this._name = name;
    this._shots = shots;
    this._contexts = [];
  }

  /**
   * Opens a page in a session of its own, or in the session of `beside`.
   * `width` and `height` are CSS pixels, `js: false` turns scripts off,
   * `lang` is `ja` or `en`.
   */
  async newPage({ width = 1440, height = 900, js = true, lang = "ja", beside } = {}) {
    const context = beside ? beside.context() : await this._newContext({ js, lang, width, height });
    const page = await context.newPage();
    await page.setViewportSize({ width, height });
    await watchSizes(page, this.faults);
    return page;
  }

  async _newContext({ js, lang, width, height }) {
    const context = await this.browser.newContext({
      baseURL: this.base,
      viewport: { width, height },
      javaScriptEnabled: js,
      locale: lang === "en" ? "en-US" : "ja-JP",
      timezoneId: "Asia/Tokyo",
      reducedMotion: "reduce",
    });
    context.setDefaultTimeout(WAIT_LIMIT);
    watchContext(context, this.base, this.faults);
    if (js) await watchPolicy(context, this.faults);
    context.sasaeScripts = js;
    this._contexts.push(context);
    return context;
  }

  /** Goes to a path of the server and returns the answer, which must have `status`. */
  async visit(page, where, { status = 200 } = {}) {
    const response = await page.goto(new URL(where, this.base).href);
    if (response.status() !== status) {
      throw new Error(`${where} answered ${response.status()} instead of ${status}`);
    }
    return response;
  }

  /** Saves a picture of the page, whole or what the window shows, as `<flow>-<name>-<width>.png`. */
  async shot(page, name, { whole = true } = {}) {
    await mkdir(this._shots, { recursive: true });
    const { width } = page.viewportSize();
    const file = `${this._name}-${name}-${width}.png`.replace(/[^\w.-]+/gu, "_");
    await page.screenshot({ path: path.join(this._shots, file), fullPage: whole });
  }

  /** Fails with a readable list where axe-core finds a violation on the page. */
  async axe(page) {
    if (!page.context().sasaeScripts) {
      throw new Error("axe-core needs scripts: check the same address in a page with js: true");
    }
    if (!(await page.evaluate(() => typeof window.axe === "object"))) await page.evaluate(axeSource);
    const found = await page.evaluate(
      (tags) => window.axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] }),
      AXE_TAGS,
    );
    if (found.violations.length > 0) {
      throw new Error(`axe-core on ${page.url()}:\n${found.violations.map(describe).join("\n")}`);
    }
  }

  /** Fails where the page is wider than its window, so that a reader must scroll sideways. */
  async expectNoSidewaysScroll(page) {
    const [needed, given, widest] = await page.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement;
      // The innermost elements that reach out of the window, apart from what scrolls in a box of its own.
      const out = [...document.querySelectorAll("body *")].filter((one) =>
        one.getBoundingClientRect().right > clientWidth + 1 && one.closest(".table-scroll, .thread-scroll, .trap, .unseen") === null);
      const inner = out.filter((one) => !out.some((other) => other !== one && one.contains(other)));
      return [scrollWidth, clientWidth, inner.slice(0, 3).map((one) => one.outerHTML.slice(0, 120))];
    });
    if (needed > given) throw new Error(`${page.url()} needs ${needed} px of ${given} px: ${widest.join(" | ")}`);
  }

  /** Fails where letters of the page come from another font than the one that was named to the browser. */
  async expectFont(page) {
    const families = await familiesUsed(page, "h1, h2, p, td, th, label, a, span");
    if (families.join() !== this.font.family) {
      throw new Error(`${page.url()} is drawn with ${families.join(", ") || "no font"} instead of ${this.font.family}`);
    }
  }

  /** Fails where a button, chip, heading or label is cut off at its edge. */
  async expectNothingCut(page) {
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll("button, a.button, .chip, th, summary, .side a, h1, h2, label")]
        .filter((one) => one.checkVisibility() && one.closest(".unseen, .trap") === null)
        .filter((one) => getComputedStyle(one).overflowX !== "visible" && one.scrollWidth > one.clientWidth + 1)
        .map((one) => one.textContent.trim().slice(0, 40)));
    if (cut.length > 0) throw new Error(`${page.url()} cuts off ${cut.join(" | ")}`);
  }

  /**
   * One look at a page that a person would take: accessible, fits its window,
   * kept as a picture. axe-core waits on timers, which stand still where scripts
   * are off; the flows with scripts see the same HTML.
   */
  async look(page, name) {
    if (page.context().sasaeScripts) await this.axe(page);
    await this.expectNoSidewaysScroll(page);
    await this.shot(page, name);
  }

  /** Waits until `text` (a string or a regular expression) can be seen on the page. */
  async expectText(page, text) {
    try {
      await page.getByText(text).filter({ visible: true }).first().waitFor({ state: "visible" });
    } catch {
      const seen = (await page.locator("body").innerText()).replace(/\s+/gu, " ").slice(0, 600);
      throw new Error(`${page.url()} does not show ${text}; it shows: ${seen}`);
    }
  }

  /** Fails where `text` can be found anywhere in the page's HTML, seen or not. */
  async expectAbsent(page, text) {
    if ((await page.content()).includes(text)) throw new Error(`${page.url()} contains ${text}`);
  }

  /** Expects console messages or statuses that match `pattern`, such as the 404 of a forbidden record. */
  tolerate(pattern) {
    this.faults.tolerate(pattern);
  }

  /**
   * Signs in through the form. `account` is a login that the demonstration
   * printed, or `{ login, password }`. The fields are found by their
   * `autocomplete` purpose, which WCAG 1.3.5 asks for anyway.
   */
  async signIn(page, account, { where = "/sign-in" } = {}) {
    const { login, password } = typeof account === "string" ? this._account(account) : account;
    await this.visit(page, where);
    const form = page.locator("form").filter({ has: page.locator('[autocomplete="current-password"]') });
    await form.locator('[autocomplete="username"]').fill(login);
    await form.locator('[autocomplete="current-password"]').fill(password);
    await Promise.all([
      page.waitForURL((url) => url.pathname !== where),
      form.locator('button[type="submit"], button:not([type])').first().click(),
    ]);
  }

  _account(login) {
    const found = this.accounts.find((account) => account.login === login);
    if (!found) {
      const known = this.accounts.map((account) => account.login).join(", ") || "none";
      throw new Error(`the demonstration printed no account ${login}; it printed: ${known}`);
    }
    return found;
  }

  async close() {
    for (const context of this._contexts) await context.close();
  }
}

function describe(violation) {
  const places = violation.nodes
    .slice(0, 5)
    .map((node) => `      at ${node.target.join(" ")}\n         ${node.html.slice(0, 160)}`);
  const more = violation.nodes.length > 5 ? [`      and ${violation.nodes.length - 5} more`] : [];
  return [`  [${violation.impact}] ${violation.id}: ${violation.help}`, ...places, ...more].join("\n");
}

/** Runs one flow and returns its faults as lines; an empty list means that it passed. */
export async function runFlow(flow, { browser, base, shots, accounts = [] }) {
  const t = new Flow({ browser, base, name: flow.name, font: flow.font, shots, accounts });
  let timer;
  const lines = [];
  try {
    const limit = new Promise((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`took longer than ${FLOW_LIMIT / 1000} s`)), FLOW_LIMIT);
    });
    await Promise.race([flow.run(t), limit]);
  } catch (error) {
    lines.push(error.stack ?? String(error));
  } finally {
    clearTimeout(timer);
    await t.close();
  }
  return [...lines, ...t.faults.settle().map((fault) => `[${fault.kind}] ${fault.detail}`)];
}
