import * as z from "zod";
import { patience } from "../deadline.ts";
import type { Context } from "../tool.ts";
import type { Path } from "../xo/path.ts";
import { Patch } from "../xo/records/patch.ts";
import { failureOfPart } from "./part.ts";
import { describePatches } from "./updates.ts";

/**
 * What a host or a pool lacks, or why XO does not tell. XO looks for patches at their makers, which
 * may take longer than the rest of an answer can wait.
 */
export async function readMissingPatches(
  context: Pick<Context, "xo" | "signal" | "deadline">,
  where: Path,
  mostNames: number,
) {
  try {
    const patches = await context.xo.get(where, z.array(Patch), {}, patience(context, 0.7));
    return { known: true, ...describePatches(patches, mostNames) };
  } catch (error) {
    return { known: false, reason: failureOfPart(error, context.signal).message };
  }
}
