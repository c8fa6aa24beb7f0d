import { toXoError } from "../errors.ts";
import type { Context } from "../tool.ts";

/**
 * What an answer can do without. When XO does not give it, a warning says what is unknown and why,
 * and there is nothing, which is not the same as an empty list.
 */
export async function part<T>(
  { signal, warn }: Pick<Context, "signal" | "warn">,
  what: string,
  reading: Promise<T>,
): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    const failure = toXoError(error);
    // These fail every other part too, and have a next step of their own.
    if (signal.aborted || failure.kind === "auth" || failure.kind === "disabled") throw failure;
    warn(`Unknown here: ${what}. ${failure.message}`);
    return undefined;
  }
}
