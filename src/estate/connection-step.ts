import * as z from "zod";
import { errorKinds, toXoError, type XoError } from "../errors.ts";
import { Sentence, say } from "../sentence.ts";

const stepNames = [
  "configuration",
  "reachable",
  "tls",
  "mcp",
  "account",
  "version",
  "pools",
] as const;
type StepName = (typeof stepNames)[number];

/** One step on the way to an answer, and how it went. */
export const Step = z.object({
  step: z.enum(stepNames),
  status: z.enum(["ok", "warning", "failed", "skipped"]),
  detail: Sentence,
  hint: Sentence.optional(),
  error: z.enum(errorKinds).optional(),
});
export type Step = z.output<typeof Step>;

/** What was asked, or the error that came instead. */
export async function attempt<T>(ask: () => Promise<T>): Promise<T | XoError> {
  try {
    return await ask();
  } catch (error) {
    return toXoError(error);
  }
}

/** A step that ends in an error. */
export function failed(step: StepName, error: unknown): Step {
  const { kind, message, hint } = toXoError(error);
  return {
    step,
    status: "failed",
    detail: message,
    error: kind,
    ...(hint === undefined ? {} : { hint }),
  };
}

/** A part that could not be asked, where the connection as such is good. */
export function warning(step: StepName, error: XoError): Step {
  return { ...failed(step, error), status: "warning" };
}

/** All steps in the order of their names; one that was not reached is skipped. */
export function inOrder(done: Step[]): Step[] {
  return stepNames.map(
    (name) =>
      done.find(({ step }) => step === name) ?? {
        step: name,
        status: "skipped",
        detail: say`not checked`,
      },
  );
}
