// Proves that the runner can fail: each fault that it promises to find is
// planted on a page of a tiny server in this process, and must be found there
// and nowhere else.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";

import { runFlow } from "../lib/flow.mjs";
import { HTML_LIMIT } from "../lib/watch.mjs";

export const name = "the runner finds what it watches for";

const page = (body, head = "") => `<!doctype html>
<html lang="ja"><head><meta charset="utf-8"><title>試し</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">${head}</head>
<body><main><h1>試しのページ</h1>${body}</main></body></html>`;

const signInForm = `<form method="post" action="/signed-in">
  <p><label>利用者 <input name="login" autocomplete="username"></label></p>
  <p><label>合言葉 <input name="password" type="password" autocomplete="current-password"></label></p>
  <p><button>入る</button></p></form>`;

const pages = {
  "/good": { html: page("<p>変わりない</p>") },
  "/second": { html: page("<p>二枚目</p>") },
  "/no-label": { html: page('<form><input name="q"></form>') },
  "/outside": { html: page('<img alt="" src="http://outside.invalid/pixel.png">') },
  "/console": { html: page("", "<script>console.error('壊れた')</script>") },
  "/throws": { html: page("", "<script>throw new Error('投げた')</script>") },
  "/policy": {
    html: page('<p style="color: #036">色</p>'),
    headers: { "content-security-policy": "default-src 'self'" },
  },
  "/large": { html: page(`<p>${"a".repeat(HTML_LIMIT)}</p>`) },
  "/broken": { status: 500, html: page("<p>しばらくして</p>") },
  "/missing": { status: 404, html: page("<p>ありません</p>") },
  "/cut": { html: page('<button style="width: 4em; overflow: hidden; white-space: nowrap">とても長いことばのボタン</button>') },
  "/wide": { html: page('<div style="width: 2000px">幅</div>') },
  "/sign-in": { html: page(signInForm) },
  "/signed-in": { html: page("<p>ようこそ</p>") },
};

async function serve() {
  const server = createServer((request, response) => {
    const found = pages[new URL(request.url, "http://localhost").pathname];
    response.writeHead(found ? (found.status ?? 200) : 404, {
      "content-type": "text/html; charset=utf-8",
      ...found?.headers,
    });
    response.end(found?.html ?? "");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { base: `http://127.0.0.1:${server.address().port}`, server };
}

export async function run(t) {
  const { base, server } = await serve();
  const shots = path.join(tmpdir(), "sasae-e2e-selftest");
  const attempt = (steps, font = t.font) =>
    runFlow({ name: "inner", run: steps, font }, { browser: t.browser, base, shots, accounts: [{ login: "a", password: "b" }] });
  const opening = (where, options) =>
    attempt(async (inner) => {
      const opened = await inner.newPage();
      await inner.visit(opened, where, options);
      await opened.waitForLoadState("networkidle");
    });

  try {
    const clean = await attempt(async (inner) => {
      const opened = await inner.newPage({ width: 360 });
      await inner.visit(opened, "/good");
      await inner.expectText(opened, "変わりない");
      await inner.look(opened, "good");
      await inner.expectNothingCut(opened);
      await inner.expectFont(opened);
      const second = await inner.newPage({ beside: opened });
      await inner.visit(second, "/second");
      const plain = await inner.newPage({ js: false, lang: "en" });
      await inner.visit(plain, "/good");
      await inner.expectText(plain, /変わり/u);
    });
    assert.deepEqual(clean, [], "a page without a fault passes");

    const still = await attempt(async (inner) => {
      const plain = await inner.newPage({ js: false });
      await inner.visit(plain, "/throws");
      await plain.waitForLoadState("networkidle");
      await inner.look(plain, "still");
    });
    assert.deepEqual(still, [], "where scripts are off, none runs");

    const checks = [
      ["a field without a label", /axe-core.*\n.*label/u, await attempt(async (inner) => {
        const opened = await inner.newPage();
        await inner.visit(opened, "/no-label");
        await inner.axe(opened);
      })],
      ["a request to the outside", /\[outside\] GET http:\/\/outside\.invalid/u, await opening("/outside")],
      ["a console error", /\[console\] 壊れた/u, await opening("/console")],
      ["an exception", /\[script\] Error: 投げた/u, await opening("/throws")],
      ["a breach of the policy", /\[csp\] style-src/u, await opening("/policy")],
      ["a page too large", /\[size\] .*\/large/u, await opening("/large")],
      ["a server error", /\[status\] 500/u, await opening("/broken", { status: 500 })],
      ["an unexpected status", /answered 404 instead of 200/u, await opening("/missing")],
      ["an unannounced 404 in the console", /\[console\].*404/u, await opening("/missing", { status: 404 })],
      ["a page wider than the phone", /needs \d+ px of 360 px/u, await attempt(async (inner) => {
        const opened = await inner.newPage({ width: 360 });
        await inner.visit(opened, "/wide");
        await inner.expectNoSidewaysScroll(opened);
      })],
      ["words that are cut off", /cuts off とても長い/u, await attempt(async (inner) => {
        const opened = await inner.newPage();
        await inner.visit(opened, "/cut");
        await inner.expectNothingCut(opened);
      })],
      ["letters of a font that was not named", /is drawn with .+ instead of Another/u, await attempt(async (inner) => {
        const opened = await inner.newPage();
        await inner.visit(opened, "/good");
        await inner.expectFont(opened);
      }, { family: "Another" })],
      ["a text that should be absent", /contains 変わりない/u, await attempt(async (inner) => {
        const opened = await inner.newPage();
        await inner.visit(opened, "/good");
        await inner.expectAbsent(opened, "変わりない");
      })],
      ["a text that is missing", /does not show 緊急/u, await attempt(async (inner) => {
        const opened = await inner.newPage();
        opened.setDefaultTimeout(300);
        await inner.visit(opened, "/good");
        await inner.expectText(opened, "緊急");
      })],
      ["an account that was not printed", /printed no account nobody; it printed: a/u, await attempt(async (inner) => {
        await inner.signIn(await inner.newPage(), "nobody");
      })],
      ["an expectation that nothing meets", /\[expectation\] expected but never seen/u, await attempt(async (inner) => {
        inner.tolerate(/never/u);
      })],
    ];
    for (const [what, pattern, faults] of checks) {
      assert.match(faults.join("\n"), pattern, `the runner misses ${what}`);
    }

    const announced = await attempt(async (inner) => {
      inner.tolerate(/status of 404/u);
      await inner.visit(await inner.newPage(), "/missing", { status: 404 });
    });
    assert.deepEqual(announced, [], "a 404 that a flow announces is no fault");

    const signedIn = await attempt(async (inner) => {
      const opened = await inner.newPage();
      await inner.signIn(opened, "a");
      await inner.expectText(opened, "ようこそ");
    });
    assert.deepEqual(signedIn, [], "the sign-in form is found by the purpose of its fields");
  } finally {
    server.close();
    server.closeAllConnections();
  }
}
