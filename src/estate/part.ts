import { toXoError, type XoError } from "../errors.ts";
import { type Sentence, say } from "../sentence.ts";
import type { Context } from "../tool.ts";

/**
 * What an answer can do without. When XO does not give it, a warning says what is unknown and why,
 * and there is nothing, which is not the same as an empty list.
 */
export async function part<T>(
  { signal, warn }: Pick<Context, "signal" | "warn">,
  what: Sentence,
  reading: Promise<T>,
): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    warn(say`Unknown here: ${what}. ${failureOfPart(error, signal).message}`);
    return undefined;
  }
}

/**
 * Why a part could not be read.
 * @throws the failure itself when it fails every other part too, and has a next step of its own
 */
export function failureOfPart(error: unknown, signal: AbortSignal): XoError {
  const failure = toXoError(error);
  if (signal.aborted || failure.kind === "auth" || failure.kind === "disabled") throw failure;
  return failure;
}
