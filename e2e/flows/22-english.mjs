import { walk } from "../lib/walk.mjs";

export const name = "the pages are complete in English";

export async function run(t) {
  await walk(t, "ward", { most: 10, widths: [1440], lang: "en" });
}
