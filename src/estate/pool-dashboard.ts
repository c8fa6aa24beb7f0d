import { patience } from "../deadline.ts";
import type { Context } from "../tool.ts";
import { path } from "../xo/path.ts";
import { PoolDashboard } from "../xo/records/pool-dashboard.ts";
import { isRow } from "../xo/value-at.ts";
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
  const merged: Record<string, unknown> = {};
  let reason: string | undefined;
  try {
    for await (const piece of xo.pieces(path`/pools/${poolId}/dashboard`, time)) {
      merge(merged, piece);
    }
  } catch (error) {
    const failure = failureOfPart(error, signal);
    reason = time.aborted ? "XO needs too long for it" : failure.message;
  }
  const parsed = PoolDashboard.safeParse(merged);
  const dashboard = parsed.success ? parsed.data : {};
  if (!parsed.success) reason ??= "XO sent it in an unknown form";
  const missing = Object.keys(parts).filter((name) => parts[name]?.(dashboard) == null);
  if (missing.length > 0) {
    warn(
      `Not told by XO's dashboard: ${missing.join(", ")}${reason === undefined ? "" : ` (${reason})`}.`,
    );
  }
  return dashboard;
}

/** Each piece is one path of the whole: {"hosts":{"status":…}}. */
function merge(whole: Record<string, unknown>, piece: unknown): void {
  if (!isRow(piece)) return;
  for (const [key, value] of Object.entries(piece)) {
    const before = whole[key];
    if (isRow(before) && isRow(value)) merge(before, value);
    else whole[key] = value;
  }
}
