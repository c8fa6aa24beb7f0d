import * as z from "zod";
import type { Xo } from "../xo/client.ts";
import { path } from "../xo/path.ts";
import { BackupRepository } from "../xo/records/backup-repository.ts";
import { stateOf } from "./repositories.ts";

/** How long XO may take for one, in milliseconds: it gives up after 30 seconds itself. */
const mostTime = 8_000;

const One = z.array(z.object({ id: z.string() }));

/**
 * The repositories of which XO lists a restore point at this moment, although its last test or mount
 * of them failed: those that work again, or still.
 */
export async function readListed(xo: Xo): Promise<{ id: string }[]> {
  const all = await xo.records("backup-repositories", BackupRepository);
  const doubtful = all.filter((repository) => stateOf(repository).state === "failed");
  const found = await Promise.all(
    doubtful.map(async ({ id }) => ((await lists(xo, id)) ? [id] : [])),
  );
  return found.flat().map((id) => ({ id }));
}

async function lists(xo: Xo, id: string): Promise<boolean> {
  const signal = AbortSignal.any([xo.signal, AbortSignal.timeout(mostTime)]);
  const query = { "backup-repository": id, fields: "id", limit: "1" };
  try {
    return (await xo.get(path`/backup-archives`, One, query, signal)).length > 0;
  } catch {
    return false;
  }
}
