import type { Stats } from "../xo/records/stats.ts";
import { measure, type Topic, type Unit } from "./metrics.ts";
import type { Subject } from "./read.ts";
import { combine, sum, type Values } from "./series.ts";

/** Something that VMs and hosts use, by how much of it they can be ranked. */
export interface Resource {
  topic: Topic;
  /** The metrics of the topic that count, added. */
  metrics: readonly string[];
  /** What an answer calls it. */
  name: string;
  unit: Unit;
  /** Why one with statistics may have none of it. */
  absent?: string;
}

export const resourceNames = [
  "cpu",
  "memory",
  "disk",
  "disk_read",
  "disk_write",
  "iops",
  "network_in",
  "network_out",
] as const;

export const resources: Record<(typeof resourceNames)[number], Resource> = {
  cpu: { topic: "cpu", metrics: ["cpu_percent"], name: "cpus_used", unit: "" },
  memory: {
    ...single("memory", "memory_used_bytes", "bytes"),
    absent: "no guest tools tell how much of its memory is in use",
  },
  disk: {
    topic: "disk",
    metrics: ["disk_read_bytes_per_second", "disk_write_bytes_per_second"],
    name: "disk_bytes_per_second",
    unit: "bytes/s",
  },
  disk_read: single("disk", "disk_read_bytes_per_second", "bytes/s"),
  disk_write: single("disk", "disk_write_bytes_per_second", "bytes/s"),
  iops: {
    topic: "iops",
    metrics: ["read_operations_per_second", "write_operations_per_second"],
    name: "operations_per_second",
    unit: "operations/s",
  },
  network_in: single("network", "network_in_bytes_per_second", "bytes/s"),
  network_out: single("network", "network_out_bytes_per_second", "bytes/s"),
};

function single(topic: Topic, name: string, unit: Unit): Resource {
  return { topic, metrics: [name], name, unit };
}

/**
 * How much of a resource is used, moment by moment. CPUs are counted, not in percent: half of 32
 * is more than all of one.
 */
export function consumptionOf(
  { topic, metrics }: Resource,
  stats: Stats,
  { type, cpus }: Subject,
): Values {
  const rows = measure(stats, topic, type === "VM" ? cpus : undefined).filter(({ name }) =>
    metrics.includes(name),
  );
  return combine(
    rows.map(({ values, cores }) => (cores === undefined ? values : counted(values, cores))),
    sum,
  );
}

function counted(percent: Values, cores: Record<string, Values>): Values {
  const share = Object.keys(cores).length / 100;
  return percent.map((value) => (value === null ? null : value * share));
}
