import * as z from "zod";
import { isBackupJob } from "../../backup/jobs.ts";
import { idsOf } from "../../backup/pattern.ts";
import { stateOf } from "../../backup/repositories.ts";
import { BackupJob } from "../../xo/records/backup-job.ts";
import { BackupRepository } from "../../xo/records/backup-repository.ts";
import { columnsOf } from "../column.ts";
import { fact } from "../fact.ts";
import { proxyNames } from "../facts/backup.ts";
import { defineTable, recordsOf } from "../table.ts";

const rate = z.number().nullish().catch(undefined);

const Repository = BackupRepository.extend({
  proxy: z.string().nullish(),
  /** Of XO's own tests of its speed, oldest first. */
  benchmarks: z
    .array(z.object({ readRate: rate, writeRate: rate, timestamp: rate }))
    .nullish()
    .catch(undefined),
});
type Row = z.output<typeof Repository>;

const { column, joined, overAll } = columnsOf<Row>();

const stateKeys = ["id", "name", "enabled", "error"] as const;

const JobTargets = BackupJob.pick({ id: true, type: true, remotes: true });

/** The jobs that write to each. */
const writers = fact(["backup-jobs"], async ({ xo }) => {
  const jobs = (await xo.records("backup-jobs", JobTargets)).filter(isBackupJob);
  return Map.groupBy(
    jobs.flatMap(({ remotes }) => idsOf(remotes) ?? []),
    (id) => id,
  );
});

const lastBenchmark = ({ benchmarks }: Pick<Row, "benchmarks">) => benchmarks?.at(-1);

export const repositories = defineTable<Row>({
  name: "repositories",
  says: "where backups are written to",
  example: "select name, state, reason from repositories where state <> 'ready'",
  from: ["backup-repositories"],
  read: recordsOf("backup-repositories", Repository),
  columns: {
    id: column("id", ["id"], ({ id }) => id),
    name: column("text", ["name"], ({ name }) => name),
    is_enabled: column("flag", ["enabled"], ({ enabled }) => enabled !== false, {
      everyday: true,
    }),
    state: column("text", stateKeys, (repository) => stateOf(repository).state, {
      says: "failed is XO's last test or mount, whenever that was; a disabled one is left out of runs without a word",
      values: ["ready", "failed", "disabled"],
      everyday: true,
    }),
    reason: column("text", stateKeys, (repository) => stateOf(repository).reason, {
      says: "why its last test or mount failed",
    }),
    job_count: overAll(writers, "count", ["id"], ({ id }, jobs) => jobs.get(id)?.length ?? 0, {
      says: "backup jobs that write to it",
    }),
    proxy: joined(proxyNames, "text", ["proxy"], ({ proxy }, names) => names.get(proxy ?? ""), {
      says: "XO's proxy that reaches it; NULL: XO itself",
    }),
    proxy_id: column("id", ["proxy"], ({ proxy }) => proxy),
    benchmarked_at: column(
      "time",
      ["benchmarks"],
      (row) => (lastBenchmark(row)?.timestamp ?? 0) / 1000,
      { says: "when XO last measured its speed" },
    ),
    read_bytes_per_s: column("bytes", ["benchmarks"], (row) => lastBenchmark(row)?.readRate),
    write_bytes_per_s: column("bytes", ["benchmarks"], (row) => lastBenchmark(row)?.writeRate),
  },
});
