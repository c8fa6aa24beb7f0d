import * as z from "zod";
import { toXoError } from "../errors.ts";
import type { Context } from "../tool.ts";
import type { Path } from "../xo/path.ts";
import { Patch } from "../xo/records/patch.ts";
import { describePatches } from "./updates.ts";

/**
 * What a host or a pool lacks, or why XO does not tell. XO looks for patches at their makers, which
 * may take longer than the rest of an answer can wait.
 */
export async function readMissingPatches(
  { xo, signal, deadline }: Pick<Context, "xo" | "signal" | "deadline">,
  where: Path,
  mostNames: number,
) {
  const patience = AbortSignal.timeout(Math.max(500, (deadline - Date.now()) * 0.7));
  try {
    const within = AbortSignal.any([signal, patience]);
    const patches = await xo.get(where, z.array(Patch), {}, within);
    return { known: true, ...describePatches(patches, mostNames) };
  } catch (error) {
    const failure = toXoError(error);
    // These fail the rest of the answer too, and have a next step of their own.
    if (signal.aborted || failure.kind === "auth" || failure.kind === "disabled") throw failure;
    return { known: false, reason: failure.message };
  }
}
