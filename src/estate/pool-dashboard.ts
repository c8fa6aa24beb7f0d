import { type Sentence, ours, say } from "../sentence.ts";
import { patience } from "../deadline.ts";
import type { Context } from "../tool.ts";
import { path } from "../xo/path.ts";
import { PoolDashboard } from "../xo/records/pool-dashboard.ts";
import { isRow } from "../xo/row.ts";
import { failureOfPart } from "./part.ts";

const parts: Record<string, (dashboard: PoolDashboard) => unknown> = {
  "top hosts by CPU": ({ hosts }) => hosts?.topFiveUsage?.cpu,
  "top hosts by memory": ({ hosts }) => hosts?.topFiveUsage?.ram,
  "top VMs": ({ vms }) => vms?.topFiveUsage,
  "top storage": ({ srs }) => srs?.topFiveUsage,
  "missing patches": ({ hosts }) => hosts?.missingPatches,
  "vCPU provisioning": ({ cpuProvisioning }) => cpuProvisioning,
};

/**
 * XO's dashboard of a pool, as far as it comes in time. XO computes it from statistics of every
 * host and VM, which takes seconds to a minute; asked for lines, it sends each part when it is
 * ready, so what came before the deadline is used and the rest is named in a warning.
 */
export async function readPoolDashboard(context: Context, poolId: string): Promise<PoolDashboard> {
  const { xo, warn, signal } = context;
  const time = patience(context, 0.8);
  let merged: Record<string, unknown> = {};
  let reason: Sentence | undefined;
  try {
    for await (const piece of xo.pieces(path`/pools/${poolId}/dashboard`, time)) {
      if (isRow(piece)) merged = joined(merged, piece);
    }
  } catch (error) {
    const failure = failureOfPart(error, signal);
    reason = time.aborted ? say`XO needs too long for it` : failure.message;
  }
  const parsed = PoolDashboard.safeParse(merged);
  const dashboard = parsed.success ? parsed.data : {};
  if (!parsed.success) reason ??= say`XO sent it in an unknown form`;
  const missing = Object.keys(parts).filter((name) => parts[name]?.(dashboard) == null);
  if (missing.length > 0) {
    warn(
      say`Not told by XO's dashboard: ${ours(missing.join(", "))}${reason === undefined ? "" : say` (${reason})`}.`,
    );
  }
  return dashboard;
}

/** Both parts of one whole: each piece is a path of it, {"hosts":{"status":…}}. */
function joined(
  whole: Record<string, unknown>,
  piece: Record<string, unknown>,
): Record<string, unknown> {
  const own = new Map(Object.entries(whole));
  const added = Object.entries(piece).map(([key, value]) => {
    const before = own.get(key);
    return [key, isRow(before) && isRow(value) ? joined(before, value) : value];
  });
  return { ...whole, ...Object.fromEntries(added) };
}
