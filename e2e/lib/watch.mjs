// What every page of a flow is watched for, without the flow asking for it.
//
// Watching happens at the browser's context, so a page that opens another page
// is covered, and a redirect is too. Sizes come from the network events, not
// from `response.body()`, which is gone once the page has moved on.

/** The largest HTML answer that a page may cost, in bytes before compression. */
export const HTML_LIMIT = 150_000;

/** A list of faults, in words; `tolerated` holds patterns a flow said to expect. */
export class Faults {
  constructor() {
    this.found = [];
    this.tolerated = [];
  }

  add(kind, detail) {
    this.found.push({ kind, detail: String(detail).trim() });
  }

  /** Expects a console message or status; one that never comes is a fault of its own. */
  tolerate(pattern) {
    this.tolerated.push({ pattern, seen: false });
  }

  /** Everything that remains once what was expected is taken away. */
  settle() {
    const rest = this.found.filter((fault) => {
      const match = this.tolerated.find(
        (entry) => fault.kind !== "outside" && entry.pattern.test(fault.detail),
      );
      if (match) match.seen = true;
      return !match;
    });
    for (const entry of this.tolerated.filter((entry) => !entry.seen)) {
      rest.push({ kind: "expectation", detail: `expected but never seen: ${entry.pattern}` });
    }
    return rest;
  }
}

/** Whether an address belongs to the server under test or never leaves the browser. */
export function staysInside(url, base) {
  const parsed = new URL(url);
  if (["data:", "blob:", "about:"].includes(parsed.protocol)) return true;
  return parsed.origin === new URL(base).origin;
}

/** Watches every page of `context` for requests, console errors, failures and sizes. */
export function watchContext(context, base, faults) {
  context.on("request", (request) => {
    if (!staysInside(request.url(), base)) {
      faults.add("outside", `${request.method()} ${request.url()} leaves ${base}`);
    }
  });
  context.on("response", (response) => {
    if (response.status() >= 500) {
      faults.add("status", `${response.status()} from ${response.url()}`);
    }
  });
  context.on("console", (message) => {
    if (message.type() === "error") {
      faults.add("console", `${message.text()} (${message.location().url})`);
    }
  });
  context.on("weberror", (error) => faults.add("script", error.error()));
}

/** Reports a breach of the content security policy even where the console stays silent. */
export async function watchPolicy(context, faults) {
  await context.exposeBinding("__sasaePolicyBreach", (_source, text) => faults.add("csp", text));
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      window.__sasaePolicyBreach(`${event.violatedDirective} refused ${event.blockedURI || "inline"}`);
    });
  });
}

/** Adds up the decoded bytes of each HTML answer that `page` receives. */
export async function watchSizes(page, faults) {
  const session = await page.context().newCDPSession(page);
  const answers = new Map();
  session.on("Network.responseReceived", ({ requestId, response }) => {
    if (response.mimeType === "text/html") answers.set(requestId, { url: response.url, bytes: 0 });
  });
  session.on("Network.dataReceived", ({ requestId, dataLength }) => {
    const answer = answers.get(requestId);
    if (!answer) return;
    const before = answer.bytes;
    answer.bytes += dataLength;
    if (before <= HTML_LIMIT && answer.bytes > HTML_LIMIT) {
      faults.add("size", `${answer.url} has more than ${HTML_LIMIT} bytes of HTML`);
    }
  });
  await session.send("Network.enable");
}
