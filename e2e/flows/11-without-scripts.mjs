import { walkConcern } from "../lib/concern.mjs";

export const name = "the same way without scripts";
export const short = true;

export async function run(t) {
  await walkConcern(t, { js: false });
}
