import { canary } from "./canary.ts";
import type { Estate, Granularity, Stats } from "./estate.ts";
import { Random } from "./random.ts";
import { type HostRecord, isType, type VmLikeRecord } from "./records.ts";
import { GIB, type World } from "./world.ts";

/** Seconds between two points, and how many points XO keeps. */
export const GRANULARITIES: Record<Granularity, { interval: number; points: number }> = {
  seconds: { interval: 5, points: 120 },
  minutes: { interval: 60, points: 120 },
  hours: { interval: 3600, points: 168 },
  days: { interval: 86_400, points: 366 },
};

/** An error in the form of xo-common's, which the REST API recognises by code and data. */
export class XoStateError extends Error {
  readonly code: number;
  readonly data: unknown;

  constructor(message: string, code: number, data: unknown) {
    super(message);
    this.name = "XoError";
    this.code = code;
    this.data = data;
  }
}

type Series = (number | null)[];

/** One question for statistics: which moments, and which of them have no value. */
class Frame {
  readonly times: number[];
  readonly end: number;
  readonly interval: number;
  readonly #gap: (index: number) => boolean;

  constructor(now: number, granularity: Granularity, gap: (index: number, of: number) => boolean) {
    const { interval, points } = GRANULARITIES[granularity];
    this.interval = interval;
    this.end = Math.floor(now / interval) * interval;
    this.times = Array.from({ length: points }, (_, at) => this.end - (points - 1 - at) * interval);
    this.#gap = (index) => gap(index, points);
  }

  /** A curve that swings around `mean` by `swing`: smooth, different for each key, the same each time. */
  curve(key: string, mean: number, swing: number, max = Number.POSITIVE_INFINITY): Series {
    const random = new Random(key);
    const [p1, p2, p3] = [random.next() * 6.28, random.next() * 6.28, random.next() * 6.28];
    const [w1, w2] = [this.interval * random.int(9, 15), this.interval * random.int(40, 70)];
    return this.of((time) => {
      const wave =
        0.5 * Math.sin(time / w1 + p1) +
        0.35 * Math.sin(time / w2 + p2) +
        0.15 * Math.sin(time / (this.interval * 2.3) + p3);
      return Math.min(max, Math.max(0, mean + swing * wave));
    });
  }

  of(value: (time: number) => number): Series {
    return this.times.map((time, index) => (this.#gap(index) ? null : value(time)));
  }
}

/** The statistics of an estate, computed when asked for. */
export function makeStats(world: World): Estate["stats"] {
  return (objectId, granularity) => {
    const record = world.objects.get(objectId);
    const frame = new Frame(world.seconds, granularity, gapsOf(world, objectId));
    let stats: Record<string, unknown>;
    if (isType(record, "VM") || isType(record, "VM-controller")) {
      if (record.power_state !== "Running" && record.power_state !== "Paused") {
        throw notResident(record);
      }
      const night = world.traps.get("night-cpu") === record.id;
      stats = world.traps.get("empty-stats") === record.id ? {} : vmStats(frame, record, night);
    } else if (isType(record, "host")) {
      if (record.power_state !== "Running") {
        throw new Error(`connect EHOSTUNREACH ${record.address}:443`);
      }
      stats = hostStats(world, frame, record);
    } else {
      throw new XoStateError(`no such object ${objectId}`, 1, { id: objectId, type: undefined });
    }
    return { endTimestamp: frame.end, interval: frame.interval, stats };
  };
}

/** Where a series has no value: at both edges and in the middle for the trap, at the start for a few. */
function gapsOf(world: World, id: string): (index: number, of: number) => boolean {
  if (world.traps.get("gappy-stats") === id) {
    return (index, of) => index < 5 || index >= of - 3 || (index > of / 2 && index < of / 2 + 10);
  }
  const young = new Random(`gap/${id}`).chance(0.05);
  return (index) => young && index < 12;
}

function vmStats(frame: Frame, vm: VmLikeRecord, night: boolean): Stats["stats"] {
  const random = new Random(`stats/${vm.id}`);
  const load = vm.power_state === "Paused" ? 0 : random.int(3, 60);
  const cpu = (key: string): Series =>
    night
      ? frame.of((time) => {
          // A value is the mean of the interval that ends at its time.
          const hour = new Date((time - frame.interval / 2) * 1000).getUTCHours();
          return frame.interval <= 3600 && (hour === 1 || hour === 2) ? 94 + (time % 7) / 2 : 8;
        })
      : frame.curve(`${vm.id}/${key}`, load, load * 0.6, 100);
  const cpus: Record<string, Series> = {};
  // XAPI reports every CPU that the VM may get; those it has not got do nothing.
  for (let index = 0; index < vm.CPUs.max; index++) {
    cpus[String(index)] = index < vm.CPUs.number ? cpu(`cpu${index}`) : frame.of(() => 0);
  }
  const memory = vm.memory.size;
  const disks = vm.$VBDs.slice(0, -1).map((_, index) => String.fromCharCode(97 + index));
  const per = (keys: string[], name: string, mean: number): Record<string, Series> =>
    Object.fromEntries(
      keys.map((key) => [key, frame.curve(`${vm.id}/${name}/${key}`, mean, mean * 0.8)]),
    );
  const vifs = vm.VIFs.map((_, index) => String(index));
  const rate = random.int(2_000, 800_000);
  return {
    cpus,
    cpuUsage: cpu("cpu"),
    memory: frame.of(() => memory),
    memoryTarget: frame.of(() => memory),
    ...(vm.managementAgentDetected === true
      ? { memoryFree: frame.curve(`${vm.id}/free`, memory * 0.35, memory * 0.1, memory) }
      : {}),
    vifs: { rx: per(vifs, "rx", rate), tx: per(vifs, "tx", rate * 0.7) },
    xvds: { r: per(disks, "r", rate * 0.5), w: per(disks, "w", rate) },
    iops: { r: per(disks, "ri", 40), w: per(disks, "wi", 25) },
    vbdLatency: { r: per(disks, "rl", 1), w: per(disks, "wl", 0.6) },
  };
}

function hostStats(world: World, frame: Frame, host: HostRecord): Stats["stats"] {
  const per = (keys: string[], name: string, mean: number, max?: number): Record<string, Series> =>
    Object.fromEntries(
      keys.map((key) => [key, frame.curve(`${host.id}/${name}/${key}`, mean, mean * 0.6, max)]),
    );
  const busy = new Random(`load/${host.id}`).int(6, 72);
  const cores = Array.from({ length: host.cpus.cores }, (_, index) => String(index));
  const pifs = ["0", "1", "2", "3"];
  const srs = host.$PBDs.flatMap((id) => {
    const pbd = world.objects.get(id);
    return isType(pbd, "PBD") && pbd.attached ? [pbd.SR.slice(0, 8)] : [];
  });
  const both = (name: string, mean: number) => ({
    r: per(srs, `${name}/r`, mean),
    w: per(srs, `${name}/w`, mean * 0.8),
  });
  return {
    load: frame.curve(`${host.id}/load`, 0.3 + busy / 40, 0.2),
    memory: frame.of(() => host.memory.size),
    memoryFree: frame.curve(
      `${host.id}/free`,
      host.memory.size - host.memory.usage,
      GIB / 4,
      host.memory.size,
    ),
    memoryReclaimed: frame.of(() => 0),
    memoryReclaimedMax: frame.of(() => 0),
    runningVcpus: frame.of(() => host.residentVms.length),
    hostload: frame.curve(`${host.id}/hostload`, busy / 100, 0.1),
    cpus: per(cores, "cpu", busy, 100),
    pifs: { rx: per(pifs, "rx", 3e7), tx: per(pifs, "tx", 2e7) },
    pifsAggr: {
      rx: frame.curve(`${host.id}/rx`, 7e7, 1e7),
      tx: frame.curve(`${host.id}/tx`, 9e7, 1e7),
    },
    iops: both("iops", 300),
    ioThroughput: both("io", 2e7),
    latency: both("latency", 1),
    iowait: per(srs, "iowait", 0.05),
  };
}

/** XO refuses with the VM's whole XAPI record, secrets included. */
function notResident(vm: VmLikeRecord): XoStateError {
  return new XoStateError("incorrect state", 25, {
    expected: "<host-uuid>",
    object: {
      uuid: vm.uuid,
      current_operations: {},
      name_label: vm.name_label,
      name_description: vm.name_description,
      power_state: vm.power_state,
      resident_on: "OpaqueRef:NULL",
      memory_static_max: vm.memory.size,
      VCPUs_max: vm.CPUs.max,
      other_config: { ...vm.other, "xapi-secret": canary("xapi-record") },
      xenstore_data: { "vm-data/admin-password": canary("vm-xenstore") },
      is_control_domain: false,
      snapshot_time: "19700101T00:00:00Z",
    },
    property: "resident_on",
  });
}
