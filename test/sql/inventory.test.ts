import * as z from "zod";
import type { Estate, XoRecord } from "../xo/estate/estate.ts";
import { byId, type HostRecord, ofType, type VmRecord } from "../xo/estate/records.ts";
import { trap } from "../xo/estate/traps.ts";
import { askAll } from "./questions.ts";

const day = 86_400;

const isOn = ({ power_state }: VmRecord) => power_state === "Running" || power_state === "Paused";

const memoryOf = (vms: readonly VmRecord[]) =>
  vms.reduce((sum, { memory }) => sum + memory.size, 0);

/** How many of these there are by a text of each, as rows. */
function counted<T>(items: readonly T[], by: (item: T) => string): [string, number][] {
  return [...Map.groupBy(items, by)].map(([text, those]) => [text, those.length]);
}

function poolName(estate: Estate, { $pool }: { $pool: string }): string {
  return byId(estate, "pool", $pool).name_label;
}

/** What is on a host, whatever was on it before. */
function onHost(estate: Estate, { id }: HostRecord): VmRecord[] {
  return ofType(estate, "VM").filter((vm) => vm.$container === id && isOn(vm));
}

const Boot = z.object({ boot: z.object({ firmware: z.string() }), secureBoot: z.boolean() });
const Made = z.object({ creation: z.object({ template: z.string() }) });
const Default = z.object({ isDefaultTemplate: z.boolean() });

const named = (record: XoRecord) => z.object({ name_label: z.string() }).parse(record).name_label;

askAll([
  {
    asks: "How many VMs are there in each state, with how much memory?",
    sql: "select power_state, count(*), sum(memory_bytes) from vms group by power_state",
    rows: (estate) =>
      [...Map.groupBy(ofType(estate, "VM"), ({ power_state }) => power_state)].map(
        ([state, vms]) => [state, vms.length, memoryOf(vms)],
      ),
  },
  {
    asks: "How many VMs boot by UEFI, and how many of those ask for Secure Boot?",
    sql: "select firmware, count(*), sum(secure_boot) from vms group by firmware",
    rows: (estate) =>
      [
        ...Map.groupBy(
          ofType(estate, "VM").map((vm) => Boot.parse(vm)),
          ({ boot }) => boot.firmware,
        ),
      ].map(([firmware, vms]) => [
        firmware,
        vms.length,
        vms.filter(({ secureBoot }) => secureBoot).length,
      ]),
  },
  {
    asks: "Which VMs could get more vCPUs without a restart?",
    sql: "select name, vcpus, vcpus_max from vms where vcpus_max > vcpus",
    rows: (estate) =>
      ofType(estate, "VM")
        .filter(({ CPUs }) => CPUs.max > CPUs.number)
        .map(({ name_label, CPUs }) => [name_label, CPUs.number, CPUs.max]),
  },
  {
    asks: "Which three hosts have promised most memory to VMs?",
    sql: "select h.name, sum(v.memory_bytes) as promised from hosts h join vms v on v.host_id = h.id group by h.id order by promised desc, h.name limit 3",
    inOrder: true,
    rows: (estate) =>
      ofType(estate, "host")
        .map((host): [string, number] => [host.name_label, memoryOf(onHost(estate, host))])
        .toSorted(([a, most], [b, more]) => more - most || (a < b ? -1 : 1))
        .slice(0, 3),
  },
  {
    asks: "How many vCPUs are there for each CPU of a host, in per cent?",
    sql: "select name, round(100.0 * vcpus / cpus, 1) from hosts where power_state = 'Running'",
    rows: (estate) =>
      ofType(estate, "host")
        .filter(({ power_state }) => power_state === "Running")
        .map((host) => {
          const vcpus = onHost(estate, host).reduce((sum, { CPUs }) => sum + CPUs.number, 0);
          return [host.name_label, Math.round((1000 * vcpus) / host.cpus.cores) / 10];
        }),
  },
  {
    asks: "What share of the VMs that run has an agent and drivers, and what the others?",
    sql: "select guest_tools, count(*) from vms where host_id is not null group by guest_tools",
    rows: (estate) =>
      counted(ofType(estate, "VM").filter(isOn), (vm) => {
        const agent = vm.managementAgentDetected === true;
        const drivers = vm["pvDriversDetected"] === true;
        if (agent) return drivers ? "agent and drivers" : "agent only";
        return drivers ? "drivers only" : "none";
      }),
  },
  {
    asks: "How many VMs were installed in the last 120 days?",
    sql: "select count(*) from vms where installed_at > datetime('now', '-120 days')",
    rows: (estate) => {
      const since = Math.floor(estate.now / 1000) - 120 * day;
      return [[ofType(estate, "VM").filter(({ installTime }) => installTime > since).length]];
    },
  },
  {
    asks: "Which VM of each pool has most memory?",
    sql: "select pool, memory_bytes from (select pool, memory_bytes, row_number() over (partition by pool_id order by memory_bytes desc) as place from vms) where place = 1",
    rows: (estate) =>
      ofType(estate, "pool").map((pool) => [
        pool.name_label,
        Math.max(
          ...ofType(estate, "VM")
            .filter(({ $pool }) => $pool === pool.id)
            .map(({ memory }) => memory.size),
        ),
      ]),
  },
  {
    asks: "How many VMs were made from each template?",
    sql: "select template, count(*) from vms group by template",
    rows: (estate) => {
      const names = new Map(
        ofType(estate, "VM-template").map(({ uuid, name_label }) => [uuid, name_label]),
      );
      return counted(
        ofType(estate, "VM"),
        (vm) => names.get(Made.parse(vm).creation.template) ?? "",
      );
    },
  },
  {
    asks: "Which templates did somebody make here, and how big are VMs of them?",
    sql: "select pool, name, vcpus, memory_bytes from templates where is_default = 0",
    rows: (estate) =>
      ofType(estate, "VM-template")
        .filter((template) => !Default.parse(template).isDefaultTemplate)
        .map((template) => [
          poolName(estate, template),
          template.name_label,
          template.CPUs.number,
          template.memory.size,
        ]),
  },
  {
    asks: "Which VMs are copies of others, and of which?",
    sql: "select name, replica_of, replica_of_id from vms where is_replica = 1",
    rows: (estate) => {
      const source = trap(estate, "replica-source");
      const replica = byId(estate, "VM", trap(estate, "replica").id);
      return [[replica.name_label, named(byId(estate, "VM", source.id)), source.id]];
    },
  },
  {
    asks: "Which VMs are open to XSA-468, and which drivers have they?",
    sql: "select id, os_distro, guest_tools_version from vms where xsa_468 in ('open', 'perhaps')",
    rows: (estate) => [[trap(estate, "xsa468-vm").id, "windows", "6.5.0-5"]],
  },
  {
    asks: "How many VMs of each pool ask for HA, and does the pool have it?",
    sql: "select p.name, p.ha_enabled, count(v.id) from pools p left join vms v on v.pool_id = p.id and v.high_availability is not null group by p.id",
    rows: (estate) =>
      ofType(estate, "pool").map((pool) => [
        pool.name_label,
        Number(pool.HA_enabled),
        ofType(estate, "VM").filter(
          ({ $pool, high_availability }) => $pool === pool.id && high_availability !== "",
        ).length,
      ]),
  },
  {
    asks: "Which host is the master of each pool, and where do new disks go?",
    sql: "select name, master, default_sr, host_count from pools",
    rows: (estate) =>
      ofType(estate, "pool").map((pool) => [
        pool.name_label,
        byId(estate, "host", pool.master).name_label,
        pool.default_SR && byId(estate, "SR", pool.default_SR).name_label,
        ofType(estate, "host").filter(({ $pool }) => $pool === pool.id).length,
      ]),
  },
  {
    asks: "How many hosts of each pool take VMs?",
    sql: "select pool, count(*), sum(usable) from hosts group by pool_id",
    rows: (estate) =>
      ofType(estate, "pool").map((pool) => {
        const own = ofType(estate, "host").filter(({ $pool }) => $pool === pool.id);
        const usable = own.filter(
          ({ power_state, enabled }) => power_state === "Running" && enabled,
        );
        return [pool.name_label, own.length, usable.length];
      }),
  },
  {
    asks: "Which hosts need a restart, or a certificate within a month?",
    sql: "select name, 'restart' from hosts where reboot_needed = 1 union all select host, 'certificate' from certificates where ends_at < datetime('now', '+30 days')",
    rows: (estate) => {
      const soon = Math.floor(estate.now / 1000) + 30 * day;
      return ofType(estate, "host").flatMap(({ name_label, rebootRequired, certificates }) => [
        ...(rebootRequired ? [[name_label, "restart"]] : []),
        ...certificates
          .filter(({ notAfter }) => notAfter < soon)
          .map(() => [name_label, "certificate"]),
      ]);
    },
  },
]);
