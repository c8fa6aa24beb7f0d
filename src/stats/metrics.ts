import type { Stats } from "../xo/records/stats.ts";
import { combine, mean, sum, type Values } from "./series.ts";

/** What may be asked for; some are more than one metric, and some not of every object. */
export const topics = ["cpu", "memory", "disk", "iops", "latency", "network", "load"] as const;
export type Topic = (typeof topics)[number];

export type Unit = "%" | "bytes" | "bytes/s" | "operations/s" | "ms" | "";

/** One row of measurements, in its unit. */
export interface Metric {
  /** Carries the unit. */
  name: string;
  unit: Unit;
  values: Values;
  /** Of a mean over cores: each core. */
  cores?: Record<string, Values>;
  /** Of a part: the whole. */
  total?: Values;
}

/**
 * What XO's statistics say about a topic, in named units; a metric that is not measured is left out.
 * @param cpus how many CPUs a VM has: XAPI reports all that it may get
 */
export function measure({ stats }: Stats, topic: Topic, cpus = Infinity): Metric[] {
  const { memory = [] } = stats;
  // An older XO turns a moment without a value into 0 wherever it converts the unit, for CPUs too.
  // Where it has no memory for a moment, the zeros of that moment are none either.
  const isGap = (value: number | null, fromEnd: number) =>
    value === 0 && memory.length > 0 && !memory.at(fromEnd);
  const withoutFalseZeros = (values: Values) =>
    values.map((value, at) => (isGap(value, at - values.length) ? null : value));
  return makers[topic](stats, cpus)
    .map((metric) => {
      const cores = Object.entries(metric.cores ?? {}).map(
        ([core, values]) => [core, withoutFalseZeros(values)] as const,
      );
      return {
        ...metric,
        values: withoutFalseZeros(metric.values),
        ...(cores.length === 0 ? {} : { cores: Object.fromEntries(cores) }),
      };
    })
    .filter(({ values }) => values.some((value) => value !== null));
}

type Parts = Stats["stats"];
type Rows = Record<string, Values> | undefined;

const makers: Record<Topic, (stats: Parts, cpus: number) => Metric[]> = {
  cpu({ cpus: rows = {} }, cpus) {
    const own = Object.entries(rows).filter(([core]) => Number(core) < cpus);
    const values = combine(
      own.map(([, row]) => row),
      mean,
    );
    return [{ name: "cpu_percent", unit: "%", values, cores: Object.fromEntries(own) }];
  },
  memory({ memory = [], memoryFree = [] }) {
    // Nobody has exactly no byte free: that 0 stands for a moment without a value.
    if (!memoryFree.some(Boolean)) {
      return [{ name: "memory_bytes", unit: "bytes", values: memory }];
    }
    const values = memory.map((value, at) => {
      const free = memoryFree.at(at - memory.length);
      return value && free ? value - free : null;
    });
    return [{ name: "memory_used_bytes", unit: "bytes", values, total: memory }];
  },
  disk: ({ xvds, ioThroughput }) => [
    rate("disk_read_bytes_per_second", xvds?.r ?? ioThroughput?.r),
    rate("disk_write_bytes_per_second", xvds?.w ?? ioThroughput?.w),
  ],
  iops: ({ iops }) => [
    { name: "read_operations_per_second", unit: "operations/s", values: total(iops?.r) },
    { name: "write_operations_per_second", unit: "operations/s", values: total(iops?.w) },
  ],
  // Of a host there is no latency: XAPI adds up those of all disks on a storage (rrdp_iostat.ml).
  latency: ({ vbdLatency }) => [
    { name: "read_latency_ms", unit: "ms", values: slowest(vbdLatency?.r) },
    { name: "write_latency_ms", unit: "ms", values: slowest(vbdLatency?.w) },
  ],
  network: ({ vifs, pifs }) => [
    rate("network_in_bytes_per_second", vifs?.rx ?? pifs?.rx),
    rate("network_out_bytes_per_second", vifs?.tx ?? pifs?.tx),
  ],
  load: ({ load = [], hostload = [] }) => [
    { name: "control_domain_load", unit: "", values: load },
    { name: "load_per_cpu", unit: "", values: hostload },
  ],
};

function rate(name: string, rows: Rows): Metric {
  return { name, unit: "bytes/s", values: total(rows) };
}

function total(rows: Rows = {}): Values {
  return combine(Object.values(rows), sum);
}

/** A mean would hide the one slow disk behind those that do nothing. */
function slowest(rows: Rows = {}): Values {
  return combine(Object.values(rows), (latencies) => Math.max(...latencies));
}
