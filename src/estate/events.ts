import type * as z from "zod";
import type { Context } from "../tool.ts";
import { iso, toSecond } from "../time.ts";
import { cleanText } from "../untrusted.ts";
import { allOf, type Filter, hasId, hasOneOf, where } from "../xo/filter.ts";
import { Alarm } from "../xo/records/alarm.ts";
import { Message } from "../xo/records/message.ts";
import { Run } from "../xo/records/run.ts";
import { Task } from "../xo/records/task.ts";
import { describeAlarms } from "./alarms.ts";
import { nameOf, namesById } from "./name.ts";
import type { Subject } from "./subjects.ts";

export const eventKinds = ["alarm", "message", "task", "backup", "restore"] as const;
export type EventKind = (typeof eventKinds)[number];

/** What is asked of events, and what is known to describe them. */
export interface Timeline {
  /** Unix milliseconds. */
  since: number;
  now: number;
  /**
   * Events about this object alone; of a pool, about all that is in it. A host has two ids: its own
   * and that of its control domain.
   */
  about?: { id: string; type?: string | undefined; ids: readonly string[] } | undefined;
  subjects: ReadonlyMap<string, Subject>;
}

export interface Event {
  /** Unix milliseconds: when it was raised, noted or begun. */
  time: number;
  /** Orders events of one moment. */
  id: string;
  item: Record<string, unknown>;
}

export interface Events {
  events: Event[];
  /** How many were left out because it is not known whether they are about what is asked for. */
  untold: number;
}

type Reader = (context: Context, timeline: Timeline) => Promise<Events>;

/** The events of each kind. */
export const readers: Record<EventKind, Reader> = {
  alarm: readAlarms,
  message: readMessages,
  task: readTasks,
  backup: (context, timeline) => readRuns(context, timeline, "backup"),
  restore: (context, timeline) => readRuns(context, timeline, "restore"),
};

const longestText = 200;

/** Raised, not active: XO keeps no record of an alarm's end. */
async function readAlarms({ xo }: Context, { since, now, about, subjects }: Timeline) {
  const alarms = await xo.records(
    "alarms",
    Alarm,
    allOf(where`time:>=${since}`, about && scope(about, hasOneOf("object:uuid", about.ids))),
  );
  const names = namesById([...subjects.values()]);
  const events = alarms.flatMap((alarm) =>
    describeAlarms([alarm], names, now).map(
      ({ raised_at, raised_ago: _ago, what, recovery, ...rest }) => ({
        time: alarm.time ?? 0,
        id: alarm.id,
        item: {
          at: raised_at,
          kind: "alarm",
          what: `${recovery ? "over" : "raised"}: ${what}`,
          ...rest,
        },
      }),
    ),
  );
  return { events, untold: 0 };
}

async function readMessages({ xo }: Context, { since, about, subjects }: Timeline) {
  const messages = await xo.records(
    "messages",
    Message,
    allOf(
      where`time:>=${Math.ceil(since / 1000)}`,
      about && scope(about, hasOneOf("$object", about.ids)),
    ),
  );
  const events = messages.map(({ id, name, body, time, $object }) => ({
    time: (time ?? 0) * 1000,
    id,
    item: {
      at: iso(time),
      kind: "message",
      what: name ?? "message",
      text: messageText(body),
      ...describeSubject($object, subjects),
    },
  }));
  return { events, untold: 0 };
}

/** A task that tells nothing of its object may be about any. */
async function readTasks({ xo }: Context, timeline: Timeline): Promise<Events> {
  const tasks = await xo.records("tasks", Task, startedOrEnded(timeline));
  const own = tasks.filter(
    ({ properties }) => concerns(timeline, [properties?.objectId]) !== false,
  );
  const told = own.filter(({ properties }) => concerns(timeline, [properties?.objectId]) === true);
  const events = told.map(({ id, status, start, end, properties }) => ({
    time: start ?? 0,
    id,
    item: {
      at: toSecond(start),
      kind: "task",
      what: properties?.name ?? "task",
      status: statusOf(status),
      ended_at: toSecond(end),
      progress_percent: status === "pending" ? properties?.progress : undefined,
      id,
      ...describeSubject(properties?.objectId, timeline.subjects, properties?.objectType),
    },
  }));
  return { events, untold: own.length - told.length };
}

async function readRuns(
  { xo }: Context,
  timeline: Timeline,
  kind: "backup" | "restore",
): Promise<Events> {
  const collection = kind === "backup" ? "backup-logs" : "restore-logs";
  const runs = await xo.records(collection, Run, startedOrEnded(timeline));
  const own = runs.filter((run) => concerns(timeline, vmsOf(run)) !== false);
  const told = own.filter((run) => concerns(timeline, vmsOf(run)) === true);
  const events = told.map((run) => ({
    time: run.start ?? 0,
    id: run.id,
    item: {
      at: toSecond(run.start),
      kind,
      what: run.jobName ?? kind,
      status: statusOf(run.status),
      ended_at: toSecond(run.end),
      vms: vmsOf(run).length || undefined,
      id: run.id,
    },
  }));
  return { events, untold: own.length - told.length };
}

function vmsOf({ infos }: z.output<typeof Run>): string[] {
  return (infos ?? []).flatMap(({ data }) => data?.vms ?? []);
}

/** What began in time, ended in time, or still runs. */
function startedOrEnded({ since }: Timeline): Filter {
  return where`|(start:>=${since} end:>=${since} status:/^pending$/)`;
}

/** Everything in a pool, or one object. */
function scope({ id, type }: NonNullable<Timeline["about"]>, own: Filter): Filter {
  return type === "pool" ? hasId("$pool", id) : own;
}

/**
 * Whether an event about these objects is asked for; nothing when it tells none, or when a pool is
 * asked for and theirs is not known.
 */
function concerns(
  { about, subjects }: Timeline,
  ids: readonly (string | null | undefined)[],
): boolean | undefined {
  if (about === undefined) return true;
  const places = ids
    .flatMap((id) => id ?? [])
    .map((id) => (about.type === "pool" && id !== about.id ? subjects.get(id)?.$pool : id));
  if (about.ids.some((id) => places.includes(id))) return true;
  const known = places.length > 0 && places.every((place) => typeof place === "string");
  return known ? false : undefined;
}

function describeSubject(
  id: string | null | undefined,
  subjects: ReadonlyMap<string, Subject>,
  type?: string | null,
) {
  const subject = subjects.get(id ?? "");
  return {
    object_type: subject?.type ?? type ?? undefined,
    object_name: subject && nameOf(subject),
    object_id: id ?? undefined,
  };
}

/** What a message says, on one line. */
export function messageText(body: string | null | undefined): string | undefined {
  return body ? cleanText(body.replace(/\s+/g, " "), longestText) : undefined;
}

/** How something stands, in our words. */
export function statusOf(status: string | null | undefined): string | undefined {
  return status === "pending" ? "running" : (status ?? undefined);
}
