import type { Tool } from "./tool.ts";
import * as exported from "./tools/index.ts";

/** Every tool, in the order of their names. */
export const catalog: readonly Tool[] = Object.values(exported).toSorted((a, b) =>
  a.name < b.name ? -1 : 1,
);
