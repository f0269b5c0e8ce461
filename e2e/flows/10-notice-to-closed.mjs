import { walkConcern } from "../lib/concern.mjs";

export const name = "a notice travels to a closed case and back";

export async function run(t) {
  await walkConcern(t, { js: true });
}
