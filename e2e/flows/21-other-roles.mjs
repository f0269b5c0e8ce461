import { walk } from "../lib/walk.mjs";

export const name = "the pages of the other roles are accessible";

export async function run(t) {
  for (const role of ["coordinator", "minsei", "city", "supervisor"]) {
    await walk(t, role, { most: 6, widths: [1440] });
  }
}
