import { describe, expect, test } from "bun:test";
import { type Answer, call, signIn, useXo } from "../harness.ts";
import type { Estate } from "../xo/estate/estate.ts";
import type { AccountName } from "../xo/start.ts";
import type { SituationName } from "../xo/estate/situations/index.ts";

/** A question as an administrator asks it, the one call that answers it, and what must be in the answer. */
export interface Question {
  asks: string;
  tool: string;
  /** Who asks; the administrator without it. */
  as?: AccountName;
  args?: Record<string, unknown> | ((estate: Estate) => Record<string, unknown>);
  /** Compares the answer with what the estate holds; it needs no sum, no join and no conversion. */
  answers(answer: Answer, estate: Estate): void;
}

/** Asks each question of `small` and of `large`, both in the same situations. */
export function ask(
  questions: readonly Question[],
  situations: readonly SituationName[] = [],
): void {
  describe.each(["small", "large"] as const)("%s", (size) => {
    const fixture = useXo({ size, situations });
    test.each(questions.map((question) => [question.asks, question] as const))(
      "%s",
      async (_asks, { tool, as, args = {}, answers }) => {
        expect.hasAssertions();
        const { xo } = fixture;
        const given = typeof args === "function" ? args(xo.estate) : args;
        answers(await call(signIn(xo, as), tool, given), xo.estate);
      },
    );
  });
}
