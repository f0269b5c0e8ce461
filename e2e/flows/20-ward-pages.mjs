import { walk } from "../lib/walk.mjs";

export const name = "every page of a ward officer is accessible at both widths";

export async function run(t) {
  await walk(t, "ward", { most: 22, widths: [1440, 360] });
}
