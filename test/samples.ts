import { catalog } from "../src/catalog.ts";

/** A tool with arguments that a small estate has an answer to. */
export type Sample = readonly [tool: string, args: Record<string, unknown>];

/** A call of every tool, in the order of their names: the first of its examples. */
export const samples: readonly Sample[] = catalog.map(({ name, examples: [first] }) => [
  name,
  first,
]);

/** Every example of every tool. */
export const allSamples: readonly Sample[] = catalog.flatMap(({ name, examples }) =>
  examples.map((args): Sample => [name, args]),
);
