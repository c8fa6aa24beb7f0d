import * as z from "zod";
import { XoError } from "../errors.ts";
import { type Sentence, clause, quoted, say } from "../sentence.ts";
import { failureOfPart } from "../estate/part.ts";
import type { Context } from "../tool.ts";
import type { Filter } from "../xo/filter.ts";
import { path } from "../xo/path.ts";
import { BackupArchive } from "../xo/records/backup-archive.ts";
import { fieldsOf } from "../xo/records/fields.ts";
import { repositoryProblem } from "./failure.ts";
import { type Repository, stateOf } from "./repositories.ts";

export type Archive = z.output<typeof BackupArchive>;

/** What one repository holds. */
export interface Content {
  repository: Repository;
  /** Empty only if it was read. */
  archives: Archive[];
  /** Why it could not be read, a clause. */
  unread?: Sentence;
}

/** Milliseconds that are left for the answer when a repository does not come up with its own. */
const reserve = 5_000;

/**
 * The restore points in a repository. XO answers for one that it cannot read as for an empty one, so
 * an empty one is looked at again.
 * @param filter of XO's own
 */
export async function readContent(
  context: Context,
  repository: Repository,
  filter?: Filter,
): Promise<Content> {
  const { state, reason } = stateOf(repository);
  const none = { repository, archives: [] };
  if (state === "disabled") return { ...none, unread: say`disabled in XO` };
  try {
    const archives = await inTime(context, readArchives(context, repository.id, filter));
    if (archives.length > 0) return { repository, archives };
    const problem = await inTime(context, readHealth(context, repository.id));
    if (problem !== undefined)
      return { ...none, unread: say`unreachable: ${quoted(problem, 200)}` };
    // It answers, and its error may be an old one; but an empty list is no proof.
    return reason === undefined
      ? none
      : {
          ...none,
          unread: say`XO's last test or mount failed, and it lists nothing now: ${quoted(reason, 200)}`,
        };
  } catch (error) {
    const failure = failureOfPart(error, context.signal);
    return { ...none, unread: clause(failure.message) };
  }
}

async function readArchives(
  { xo, warn }: Context,
  repository: string,
  filter: Filter | undefined,
): Promise<Archive[]> {
  const rows = await xo.get(path`/backup-archives`, z.array(z.unknown()), {
    "backup-repository": repository,
    fields: fieldsOf(BackupArchive).join(","),
    ...(filter === undefined ? {} : { filter }),
  });
  const parsed = rows.map((row) => BackupArchive.safeParse(row));
  const skipped = parsed.filter(({ success }) => !success).length;
  if (skipped > 0) {
    warn(
      say`${skipped} of ${rows.length} restore points were left out: XO sent them in an unknown form.`,
    );
  }
  return parsed.flatMap((result) => (result.success ? [result.data] : []));
}

const Health = z.object({ success: z.boolean().nullish(), error: z.unknown().optional() });

async function readHealth({ xo }: Context, repository: string): Promise<string | undefined> {
  const { success, error } = await xo.get(path`/backup-repositories/${repository}/health`, Health);
  return success === false ? (repositoryProblem(error) ?? "XO tells no reason") : undefined;
}

/** XO may take half a minute for a repository that hangs: the others are not to wait for it. */
async function inTime<T>({ deadline }: Context, reading: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new XoError("timeout", say`XO did not list it in time.`)),
    Math.max(0, deadline - reserve - Date.now()),
  );
  try {
    return await Promise.race([reading, late]);
  } finally {
    clearTimeout(timer);
  }
}
