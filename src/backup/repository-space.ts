import type { Xo } from "../xo/client.ts";
import { path } from "../xo/path.ts";
import { DashboardPiece } from "../xo/records/dashboard.ts";

export interface RepositorySpace {
  total_bytes: number;
  used_bytes: number;
}

/** How long XO may take, in milliseconds: the dashboard has slower parts than this one. */
const mostTime = 5_000;

/**
 * The space of the backup repositories, as far as XO's REST API tells it: of all that are not on S3
 * together, and in the dashboard only, which is for administrators. Nothing when it has no figure.
 * @throws XoError
 */
export async function readRepositorySpace(xo: Xo): Promise<RepositorySpace[]> {
  const signal = AbortSignal.any([xo.signal, AbortSignal.timeout(mostTime)]);
  for await (const piece of xo.pieces(path`/dashboard`, signal)) {
    const { backupRepositories } = DashboardPiece.catch({}).parse(piece);
    if (backupRepositories === undefined) continue;
    // The rest of the dashboard is not waited for.
    const { total, used } = backupRepositories.other?.size ?? {};
    return total && typeof used === "number" ? [{ total_bytes: total, used_bytes: used }] : [];
  }
  return [];
}
