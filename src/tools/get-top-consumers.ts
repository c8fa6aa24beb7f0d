import * as z from "zod";
import { XoError } from "../errors.ts";
import { say } from "../sentence.ts";
import { readDiskSpace } from "../estate/disk-space.ts";
import { chainBytesShared } from "../estate/disks.ts";
import { warnOfGaps } from "../estate/gaps.ts";
import { nameOf, saidName } from "../estate/name.ts";
import { resourceNames, resources } from "../stats/consumption.ts";
import { rounded } from "../stats/describe.ts";
import { readHosts, readRunningVms, type Subject } from "../stats/read.ts";
import { sum } from "../stats/series.ts";
import { survey, type Unmeasured, type Use } from "../stats/survey.ts";
import {
  describeWindow,
  parseTime,
  periodInput,
  spanning,
  standardPeriod,
  warnOfLength,
} from "../stats/window.ts";
import type { Seen } from "../sight/nouns.ts";
import { type Context, defineTool, warnings } from "../tool.ts";
import { type Filter, hasId } from "../xo/filter.ts";
import { resolve } from "../xo/resolve.ts";

const countWanted = "must be a whole number from 1 to 50";

/** Each is a request, and behind it one of XO to a host. */
const most = 300;

export const getTopConsumers = defineTool({
  name: "get_top_consumers",
  title: "Rank the top consumers",
  description:
    "Which running VMs, or hosts, use most of one resource, each with its share; which could not be measured. disk_space: which VMs' disks take most, halted ones too. For one over time use get_stats.",
  input: z.strictObject({
    metric: z
      .enum([...resourceNames, "disk_space"])
      .describe("cpu: CPUs in use; disk: read and write"),
    scope: z.enum(["vms", "hosts"]).default("vms").describe("What to rank"),
    pool_id: z.string().optional().describe("UUID or name"),
    period: periodInput.default(standardPeriod).describe("10m, 2h, 7d, 1y"),
    count: z
      .int(countWanted)
      .min(1, countWanted)
      .max(50, countWanted)
      .default(5)
      .describe("How many"),
  }),
  output: z
    .object({
      consumers: z.array(z.looseObject({ id: z.string() })).optional(),
      not_measured: z.array(z.looseObject({ reason: z.string(), count: z.number() })).optional(),
      warnings,
    })
    .loose(),
  examples: [{ metric: "cpu", scope: "hosts" }, { metric: "disk_space" }, { metric: "memory" }],
  needs: ({ metric, scope }) => {
    if (metric === "disk_space") {
      const disks: Seen[] = ["vdis", "srs"];
      return {
        parts: {
          total: ["vms"],
          total_used_bytes: ["vms", ...disks],
          consumers: ["vms"],
          "consumers.share_percent": ["vms"],
        },
        rankings: { consumers: disks },
      };
    }
    const subjects: Seen[] = [scope];
    return {
      parts: {
        total: subjects,
        measured: subjects,
        [`total_${resources[metric].name}`]: subjects,
        consumers: subjects,
        "consumers.share_percent": subjects,
        not_measured: subjects,
      },
    };
  },
  async run({ metric, scope, pool_id, period, count }, context) {
    const { xo, warn, now } = context;
    const wanted = parseTime({ period }, now);
    const pool = await resolve(xo, "pools", pool_id);
    const inPool = pool && hasId("$pool", pool.id);
    const asks = {
      metric,
      scope,
      ...(pool === undefined ? {} : { pool: { id: pool.id, name_label: pool.name_label } }),
    };
    if (metric === "disk_space") {
      if (scope === "hosts")
        throw new XoError("usage", noSpaceOfHosts, say`list_srs tells of storage.`);
      return { ...asks, ...(await rankSpace(context, inPool, count)) };
    }
    warnOfLength(wanted, context);
    const [all] = await Promise.all([
      scope === "vms" ? readRunningVms(xo, inPool) : readHosts(xo, inPool),
      warnOfGaps(context),
    ]);
    const asked = all.toSorted(byCpus).slice(0, most);
    if (asked.length < all.length) {
      warn(
        say`Only the ${most} of ${all.length} ${scope === "vms" ? "running VMs" : scope} with most CPUs were measured: another may use more.${pool === undefined ? " pool_id asks for fewer." : ""}`,
      );
    }
    const resource = resources[metric];
    const { uses, unmeasured } = await survey(asked, resource, wanted, context);
    if (unmeasured.length > 0) {
      warn(
        say`${unmeasured.length} of ${asked.length} could not be measured: not_measured says why.`,
      );
    }
    warnOfClocks(uses, context);
    const used = sum(uses.map(({ mean }) => mean));
    const round = (value: number) => rounded(value, resource.unit);
    const consumers = uses
      .toSorted((a, b) => b.mean - a.mean || byName(a.subject, b.subject))
      .slice(0, count);
    return {
      ...asks,
      window: describeWindow(
        spanning(uses.map(({ window }) => window)) ?? wanted.until(now / 1000),
      ),
      ...wanted.resolution,
      total: all.length,
      measured: uses.length,
      [`total_${resource.name}`]: round(used),
      consumers: consumers.map(({ subject, mean, maximum }) => ({
        id: subject.id,
        name_label: subject.name_label,
        ...(metric === "cpu" ? cpusOf(subject, mean) : {}),
        ...(metric === "memory" ? memoryOf(subject, mean) : {}),
        [resource.name]: round(mean),
        [`maximum_${resource.name}`]: round(maximum),
        ...(used === 0 ? {} : { share_percent: rounded((mean / used) * 100, "%") }),
      })),
      not_measured: byReason(unmeasured),
    };
  },
});

/** Values are compared over the same time; where a host's clock is wrong, they were moved to it. */
function warnOfClocks(uses: readonly Use[], { warn }: Context): void {
  const moved = uses.filter(({ ahead }) => ahead > 0);
  if (moved.length === 0) return;
  const minutes = Math.round(Math.max(...moved.map(({ ahead }) => ahead)) / 60);
  const [first] = moved;
  warn(
    say`The times of ${moved.length} of ${uses.length}, as of ${first === undefined ? "" : saidName(first.subject)}, were moved back by up to ${minutes} minutes: their hosts' clocks are ahead of this machine's. One of them is wrong.`,
  );
}

function byCpus(a: Subject, b: Subject): number {
  return (b.cpus ?? 0) - (a.cpus ?? 0) || byName(a, b);
}

function byName(a: Subject, b: Subject): number {
  return a.name_label.localeCompare(b.name_label) || a.id.localeCompare(b.id);
}

/** How much of its own CPUs a VM or host uses, beside how many that is. */
function cpusOf({ cpus }: Subject, used: number) {
  return cpus === undefined ? {} : { cpus, cpu_percent: rounded((used / cpus) * 100, "%") };
}

/** How much of its own memory, beside how much that is. */
function memoryOf({ memory_bytes }: Subject, used: number) {
  return memory_bytes
    ? { memory_bytes, memory_percent: rounded((used / memory_bytes) * 100, "%") }
    : {};
}

const noSpaceOfHosts = say`disk_space is of the disks of VMs: a host has none.`;

/** The VMs whose disks take most on storage: what is stored, so of no window. */
async function rankSpace(context: Context, inPool: Filter | undefined, count: number) {
  const [{ vms, used_bytes }] = await Promise.all([
    readDiskSpace(context, inPool),
    warnOfGaps(context),
  ]);
  return {
    total: vms.length,
    total_used_bytes: used_bytes,
    used_bytes_are: "of the disks alone, without what they are layered on",
    chain_used_bytes_are: chainBytesShared,
    consumers: vms.slice(0, count).map((vm) => ({
      ...vm,
      ...(used_bytes === 0
        ? {}
        : { share_percent: rounded((vm.used_bytes / used_bytes) * 100, "%") }),
    })),
    not_measured: [],
  };
}

/** The reasons, each with how many it holds for and the first of them. */
function byReason(unmeasured: readonly Unmeasured[]) {
  return [...Map.groupBy(unmeasured, ({ reason }) => reason)].map(([reason, those]) => ({
    reason,
    count: those.length,
    examples: those.slice(0, 10).map(({ subject }) => nameOf(subject)),
  }));
}
