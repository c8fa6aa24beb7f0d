import { type Archive, type Content } from "../../backup/archives.ts";
import { describeArchive } from "../../backup/describe-archive.ts";
import {
  type Listing,
  readListing,
  unreadAmong,
  warnOfDoubts,
  warnOfOthers,
  warnOfUnread,
} from "../../backup/listing.ts";
import { XoError } from "../../errors.ts";
import { say, together } from "../../sentence.ts";
import type { Context } from "../../tool.ts";
import { columnsOf } from "../column.ts";
import { fact } from "../fact.ts";
import { jobNames, scheduleNames } from "../facts/backup.ts";
import { defineTable } from "../table.ts";

interface Row {
  archive: Archive;
  told: ReturnType<typeof describeArchive>;
}

const { column, joined } = columnsOf<Row>();

/** What is told of a restore point by what there is beside it, which is read with it. */
const vmsBeside = fact(["vms"], async () => undefined);
const jobsBeside = fact(["backup-jobs", "backup-logs"], async () => undefined);

export const backupArchives = defineTable<Row>({
  name: "backup_archives",
  says: "restore points in the repositories that XO can list now; slow where one is",
  example:
    "select vm, max(taken_at), count(*) from backup_archives where vm_state <> 'present' group by vm_id",
  from: ["backup-archives", "backup-repositories"],
  read: readArchives,
  columns: {
    id: column("id", ["archive"], ({ archive }) => archive.id),
    vm: column("text", ["archive"], ({ archive }) => archive.vm?.name_label, {
      says: "as it was called then",
      everyday: true,
    }),
    vm_id: column("id", ["archive"], ({ archive }) => archive.vm?.uuid),
    vm_state: joined(vmsBeside, "text", ["told"], ({ told }) => told.vm_state, {
      values: ["present", "gone", "not seen", "not in this XO: gone, or another XO's"],
      everyday: true,
    }),
    taken_at: column("time", ["archive"], ({ archive }) => (archive.timestamp ?? 0) / 1000, {
      everyday: true,
    }),
    mode: column("text", ["archive"], ({ archive }) => archive.mode, {
      values: ["delta", "full"],
    }),
    size_bytes: column("bytes", ["archive"], ({ archive }) => archive.size, {
      says: "of its own files: of a delta, without the chain that it needs",
      everyday: true,
    }),
    is_immutable: column("flag", ["archive"], ({ archive }) => archive.isImmutable === true),
    repository: column("text", ["told"], ({ told }) => told.repository, { everyday: true }),
    repository_id: column("id", ["archive"], ({ archive }) => archive.backupRepository),
    job: joined(jobNames, "text", ["archive"], ({ archive }, names) =>
      names.get(archive.jobId ?? ""),
    ),
    job_id: column("id", ["archive"], ({ archive }) => archive.jobId),
    job_state: joined(jobsBeside, "text", ["told"], ({ told }) => told.job_state, {
      says: "whether the job is still in this XO, was deleted, or is another XO's",
    }),
    schedule: joined(scheduleNames, "text", ["archive"], ({ archive }, names) =>
      names.get(archive.scheduleId ?? ""),
    ),
    schedule_id: column("id", ["archive"], ({ archive }) => archive.scheduleId),
  },
});

async function readArchives(context: Context): Promise<Row[]> {
  const { contents, known, doubts }: Listing = await readListing(context, (all) => all);
  requireOne(contents);
  warnOfUnread(context, contents);
  warnOfDoubts(context, contents, doubts);
  const archives = contents.flatMap((content) => content.archives);
  warnOfOthers(context, archives, known);
  return archives.map((archive) => ({
    archive,
    told: describeArchive(archive, known, context.now),
  }));
}

/** @throws XoError where nothing could be listed: an empty table would read as if nothing were kept */
function requireOne(contents: readonly Content[]): void {
  const unread = unreadAmong(contents);
  if (contents.length === 0 || unread.length < contents.length) return;
  throw new XoError(
    "server",
    say`no repository could be listed: ${together(unread, ", ")}.`,
    say`Look at the repositories in XO; select name, state, reason from repositories tells how they stand.`,
  );
}
