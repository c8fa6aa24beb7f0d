import * as z from "zod";
import { copiedBytes, type RunTask } from "../xo/estate/run-tasks.ts";
import type { Coverage, Estate } from "../xo/estate/estate.ts";

export const day = 86_400_000;

const text = z.string();

/** The statuses of the estate's truth, in the words of our tools. */
export const words: Record<Coverage["status"], string> = {
  protected: "protected",
  stale: "stale",
  failing: "failing",
  "never-run": "never-run",
  disabled: "only-disabled",
  excluded: "excluded",
  uncovered: "not-covered",
};

/** As columns have a time: to the second. */
export function toSecond(milliseconds: number): string {
  return new Date(Math.floor(milliseconds / 1000) * 1000).toISOString().replace(".000Z", "Z");
}

const Job = z.object({
  id: text,
  name: text,
  type: text,
  mode: text.optional(),
  remotes: z.object({ id: z.union([text, z.object({ __or: z.array(text) })]) }),
  settings: z.record(text, z.record(text, z.unknown())),
});

const Schedule = z.object({
  id: text,
  jobId: text,
  cron: text,
  enabled: z.boolean(),
  timezone: text.optional(),
});

/** The jobs of an estate with what tests ask of them. */
export function jobsOf({ jobs, coverage }: Estate) {
  return z
    .array(Job)
    .parse(jobs)
    .map((job) => ({
      ...job,
      repositories: typeof job.remotes.id === "string" ? [job.remotes.id] : job.remotes.id.__or,
      vms: [...coverage].flatMap(([id, { jobs: own }]) => (own.includes(job.id) ? [id] : [])),
    }));
}

export function schedulesOf(estate: Estate) {
  const jobs = jobsOf(estate);
  return z
    .array(Schedule)
    .parse(estate.schedules)
    .map((schedule) => {
      const job = jobs.find(({ id }) => id === schedule.jobId);
      const own = job?.settings[schedule.id]?.["exportRetention"];
      return { ...schedule, job, retention: typeof own === "number" ? own : undefined };
    });
}

const Log = z.object({
  id: text,
  jobId: text,
  jobName: text,
  status: text,
  start: z.number(),
  end: z.number().optional(),
  tasks: z.array(z.custom<RunTask>()).default([]),
});

/** The runs, with what each VM in them came to. */
export function runsOf({ backupLogs }: Estate) {
  return z
    .array(Log)
    .parse(backupLogs)
    .map((run) => ({
      ...run,
      vms: run.tasks.flatMap((task) =>
        task.data?.["type"] === "VM"
          ? [
              {
                id: String(task.data["id"]),
                name: String(task.data["name_label"]),
                status: task.status,
                start: task.start,
                end: task.end,
                bytes: copiedBytes(task),
              },
            ]
          : [],
      ),
    }));
}

const Archive = z.object({ id: text, size: z.number(), vm: z.object({ uuid: text }) });

/** The restore points of each repository. */
export function archivesOf({ archives }: Estate) {
  return [...archives].flatMap(([repository, byVm]) =>
    z
      .array(Archive)
      .parse([...byVm.values()].flat())
      .map((archive) => ({ ...archive, repository })),
  );
}

export function nameOf({ remotes }: Estate, repository: string): string {
  return String(remotes.find(({ id }) => id === repository)?.["name"]);
}

/** Groups, with what they come to. */
export function grouped<T, R>(items: Iterable<T>, by: (item: T) => string, of: (group: T[]) => R) {
  return [...Map.groupBy(items, by)].map(([key, group]): [string, R] => [key, of(group)]);
}
