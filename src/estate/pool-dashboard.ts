import { toXoError } from "../errors.ts";
import type { Context } from "../tool.ts";
import { path } from "../xo/path.ts";
import { PoolDashboard } from "../xo/records/pool-dashboard.ts";

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
export async function readPoolDashboard(
  { xo, warn, signal, deadline }: Context,
  poolId: string,
): Promise<PoolDashboard> {
  // A fifth of the time is left for what the other collections still need.
  const time = AbortSignal.timeout(Math.max(500, (deadline - Date.now()) * 0.8));
  const merged: Record<string, unknown> = {};
  let reason: string | undefined;
  try {
    for await (const piece of xo.pieces(
      path`/pools/${poolId}/dashboard`,
      AbortSignal.any([signal, time]),
    )) {
      merge(merged, piece);
    }
  } catch (error) {
    const failure = toXoError(error);
    if (signal.aborted || failure.kind === "auth" || failure.kind === "disabled") throw failure;
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
  if (!isObject(piece)) return;
  for (const [key, value] of Object.entries(piece)) {
    const before = whole[key];
    if (isObject(before) && isObject(value)) merge(before, value);
    else whole[key] = value;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
