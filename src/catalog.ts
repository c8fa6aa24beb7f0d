import type { Tool } from "./tool.ts";
import { tools } from "./tools/index.ts";

/** Every tool, loaded, in the order of their names: for what is made of all of them. */
export const catalog: readonly Tool[] = await Promise.all(
  [...tools].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, load]) => load()),
);
