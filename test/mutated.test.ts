import { expect, test } from "bun:test";
import { runMutated } from "./faults/mutated.ts";

/** `bun test/faults/mutated.ts` goes on for as long as one likes, from another seed each time. */
test("every tool answers, within its budget and in our own words, whatever XO sends", async () => {
  const { answers, wrong, slowest } = await runMutated(5_000, "short");
  expect(wrong).toEqual([]);
  expect(answers).toBeGreaterThanOrEqual(5_000);
  expect(slowest).toBeLessThan(10_000);
}, 300_000);
