import * as z from "zod";
import { type Sentence, say } from "../sentence.ts";
import { patience } from "../deadline.ts";
import type { Context } from "../tool.ts";
import { path, type Path } from "../xo/path.ts";
import { DashboardPiece } from "../xo/records/dashboard.ts";
import { Patch } from "../xo/records/patch.ts";
import { failureOfPart } from "./part.ts";
import { describePatches } from "./updates.ts";

type Asking = Pick<Context, "xo" | "signal" | "deadline">;

/** At how many running hosts XO could not look, all pools together; nothing when it does not tell. */
export type Blindness = { failed: number; of: number } | undefined;

/**
 * XO answers with what the hosts gave that it could ask, and counts the others in its dashboard alone
 * (host.service.mts, getMissingPatchesInfo): for administrators, all pools in one number, in which a
 * host that is down is one as well.
 * @param hosts those of all pools
 */
export async function readBlindness(
  context: Asking,
  hosts: readonly Powered[],
): Promise<Blindness> {
  return blindnessOf(await readPatchCounts(context), hosts);
}

/** The same of what XO counts. */
export function blindnessOf(counts: PatchCounts | undefined, hosts: readonly Powered[]): Blindness {
  const failures = counts?.nHostsFailed;
  if (typeof failures !== "number") return undefined;
  const running = hosts.filter(({ power_state }) => power_state === "Running").length;
  const failed = Math.max(0, failures - (hosts.length - running));
  return { failed: Math.min(failed, running), of: running };
}

interface Powered {
  power_state?: string | null | undefined;
}

/** What XO counts of all pools when it looks for patches. */
export type PatchCounts = NonNullable<z.output<typeof DashboardPiece>["missingPatches"]>;

/** Nothing where XO does not tell it, or not in time. */
export async function readPatchCounts(context: Asking): Promise<PatchCounts | undefined> {
  try {
    for await (const piece of context.xo.pieces(path`/dashboard`, patience(context, 0.7))) {
      const { missingPatches } = DashboardPiece.catch({}).parse(piece);
      if (missingPatches !== undefined) return missingPatches;
    }
  } catch (error) {
    failureOfPart(error, context.signal);
  }
  return undefined;
}

/**
 * What a host or a pool lacks, or why XO does not tell. XO looks for patches at their makers, which
 * may take longer than the rest of an answer can wait. An empty list is "none" only where XO looked.
 */
export async function readMissingPatches(
  context: Asking,
  where: Path,
  mostNames: number,
  blindness: Promise<Blindness>,
) {
  try {
    const [patches, blind] = await Promise.all([
      context.xo.get(where, z.array(Patch), {}, patience(context, 0.7)),
      blindness,
    ]);
    if (patches.length === 0 && blind?.failed !== 0) return { known: false, reason: doubt(blind) };
    return { known: true, ...describePatches(patches, mostNames), perhaps_more: more(blind) };
  } catch (error) {
    return { known: false, reason: failureOfPart(error, context.signal).message };
  }
}

/** Why an empty list is not "none". */
export function doubt(blind: Blindness): Sentence {
  if (blind === undefined) return say`none, or XO could not look: XO does not tell which`;
  return blind.failed === blind.of
    ? say`XO could not look at any host: its log has the reason, often a repository or proxy that the host does not reach`
    : say`none, or XO could not look: it failed at ${failures(blind)}, and does not tell at which`;
}

/** What to know of a list that may be short. */
export function more(blind: Blindness): string | undefined {
  return blind === undefined || blind.failed === 0
    ? undefined
    : `XO could not look at ${failures(blind)}, and does not tell at which`;
}

function failures({ failed, of }: { failed: number; of: number }): Sentence {
  return say`${failed} of ${of} running hosts of all pools`;
}
