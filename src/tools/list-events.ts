import * as z from "zod";
import { XoError } from "../errors.ts";
import { say } from "../sentence.ts";
import {
  type EventKind,
  eventKinds,
  type Events,
  readers,
  type Timeline,
} from "../estate/events.ts";
import { warnOfGaps } from "../estate/gaps.ts";
import { part } from "../estate/part.ts";
import { namedCollections, readSubjects, type Subject } from "../estate/subjects.ts";
import { parseSince } from "../estate/since.ts";
import { pageOf } from "../listing/page.ts";
import { listInput, listOutput } from "../listing/parameters.ts";
import { describeMoment } from "../time.ts";
import type { Seen } from "../sight/nouns.ts";
import { type Context, defineTool } from "../tool.ts";
import { choose, isUuid, notFound } from "../xo/resolve.ts";

const { limit, offset } = listInput("");

const collectionOf = {
  alarm: "alarms",
  message: "messages",
  task: "tasks",
  backup: "backup-logs",
  restore: "restore-logs",
} as const satisfies Record<EventKind, Seen>;

export const listEvents = defineTool({
  name: "list_events",
  title: "List events",
  description:
    "What happened, newest first: alarms (when raised; XO does not tell if over), hypervisor messages, XO tasks, backup runs, restores. For what is wrong now use get_health_report.",
  input: z.strictObject({
    since: z.string().default("24h").describe("90m, 24h, 7d or ISO 8601"),
    object_id: z
      .string()
      .min(1, "must not be empty")
      .optional()
      .describe("Pool (with all in it), host, VM, storage, network"),
    kinds: z.array(z.enum(eventKinds)).min(1).optional().describe("Default: all"),
    limit,
    offset,
  }),
  output: listOutput.extend({
    since: z.string().optional(),
    since_local: z.string().optional(),
    by_kind: z.record(z.string(), z.number()).optional().describe("How many of each, all pages"),
  }),
  examples: [
    { since: "30d", limit: 15 },
    { since: "30d", kinds: ["alarm", "task"], object_id: "xcp-paris-01" },
  ],
  needs: ({ kinds = [...eventKinds] }) => ({
    // Each kind is an answer by itself.
    subject: kinds.map((kind) => collectionOf[kind]),
    parts: {
      items: kinds.map((kind) => collectionOf[kind]),
      ...Object.fromEntries(
        eventKinds.map((kind): [string, Seen[]] => [`by_kind.${kind}`, [collectionOf[kind]]]),
      ),
    },
    lookups: {
      "items.object_name": namedCollections,
      "items.object_type": namedCollections,
    },
  }),
  async run({ since, object_id, kinds = [...eventKinds], ...paging }, context) {
    const { now, warn } = context;
    const from = parseSince(since, now);
    const [subjects] = await Promise.all([readSubjects(context), warnOfGaps(context)]);
    const timeline: Timeline = {
      since: from,
      now,
      about:
        object_id === undefined
          ? undefined
          : withDomain(findSubject(context, subjects, object_id), subjects),
      subjects: new Map(subjects.map((subject) => [subject.id, subject])),
    };
    const read = await readKinds(context, timeline, [...new Set(kinds)]);
    for (const [kind, { untold }] of read) {
      if (untold > 0) {
        warn(
          say`Whether ${untold} of kind ${kind} are about it is not told: they are left out; without object_id they are here.`,
        );
      }
    }
    const isNamed = object_id === undefined || timeline.subjects.has(timeline.about?.id ?? "");
    if (
      !isNamed &&
      [...read.values()].every(({ events, untold }) => events.length + untold === 0)
    ) {
      notFound("object of events since then", object_id);
    }
    const rows = [...read.values()]
      .flatMap(({ events }) => events)
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
      .map(({ time, item }) => ({ ...item, time }));
    const page = pageOf(context, rows, {
      ...paging,
      order: { field: "time", descending: true },
      show: ({ time: _time, ...item }) => item,
    });
    return {
      ...describeMoment(from),
      by_kind: Object.fromEntries([...read].map(([kind, { events }]) => [kind, events.length])),
      ...page,
    };
  },
});

/** A host, with the control domain that stands for it in alarms; any other object alone. */
function withDomain<S extends { id: string }>(subject: S, subjects: readonly Subject[]) {
  const domains = subjects.filter(({ host }) => host === subject.id);
  return { ...subject, ids: [subject.id, ...domains.map(({ id }) => id)] };
}

function findSubject(
  { warn }: Context,
  subjects: readonly Subject[],
  wanted: string,
): { id: string; type?: string } {
  const id = wanted.toLowerCase();
  if (isUuid(wanted) && subjects.every((subject) => subject.id !== id)) {
    // An event outlives what it is about.
    warn(
      say`No pool, host, VM, storage or network has this UUID now: it may be gone, or of another kind.`,
    );
    return { id };
  }
  return choose(undefined, subjects, wanted);
}

/** Each kind that XO gives; a kind that it does not give is warned of, not passed for none. */
async function readKinds(
  context: Context,
  timeline: Timeline,
  kinds: readonly EventKind[],
): Promise<Map<EventKind, Events>> {
  const read = await Promise.all(
    kinds.map(async (kind) => {
      const reading = readers[kind](context, timeline);
      return [kind, await part(context, say`events of kind ${kind}`, reading)] as const;
    }),
  );
  const given = new Map(
    read.flatMap(([kind, events]) => (events === undefined ? [] : [[kind, events] as const])),
  );
  if (given.size === 0) {
    throw new XoError(
      "server",
      say`XO gave no kind of events that was asked for.`,
      say`check_connection tells more.`,
    );
  }
  return given;
}
