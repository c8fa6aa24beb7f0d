import * as z from "zod";
import { statuses } from "../../backup/coverage.ts";
import { guestTools, toolSigns } from "../../estate/guest-tools.ts";
import { systemOf } from "../../estate/guest.ts";
import { hostOf } from "../../estate/residence.ts";
import { silentHostOf, warnOfAllStranded } from "../../estate/stranded.ts";
import { isTemporary } from "../../estate/temporary-vms.ts";
import { isAutostartOff, isHaOff } from "../../estate/vm-settings.ts";
import { exposure, exposureSigns } from "../../estate/xsa-468.ts";
import { Vm } from "../../xo/records/vm.ts";
import { columnsOf } from "../column.ts";
import { covering, lastGoods, protections } from "../facts/backup.ts";
import { poolPair } from "../columns/pool-pair.ts";
import { originColumns, VmOrigin } from "../columns/vm-origin.ts";
import { settingColumns, sizeColumns, VmSettings } from "../columns/vm-settings.ts";
import { hostStates } from "../facts/host-states.ts";
import { hostNames, srNames } from "../facts/names.ts";
import { poolSettings } from "../facts/pool-settings.ts";
import { defineTable, recordsOf } from "../table.ts";

const VmRow = Vm.extend({
  ...VmSettings.shape,
  ...VmOrigin.shape,
  os_version: z
    .object({
      name: z.string().nullish(),
      distro: z.string().nullish(),
      uname: z.string().nullish(),
    })
    .nullish(),
  /** The host that it is to start on. */
  affinityHost: z.string().nullish(),
  snapshots: z.array(z.unknown()).nullish(),
  suspendSr: z.string().nullish(),
});

const { column, joined, overAll } = columnsOf<z.output<typeof VmRow>>();

const onHost = ["power_state", "$container", "$pool"] as const;
const wishes = ["auto_poweron", "high_availability", "$pool"] as const;

const readVms = recordsOf("vms", VmRow);

export const vms = defineTable({
  name: "vms",
  says: "virtual machines; templates, snapshots and control domains are none",
  example: "select power_state, count(*), sum(memory_bytes) from vms group by power_state",
  from: ["vms"],
  read: async (context, keys) => {
    const [rows] = await Promise.all([
      readVms(context, keys),
      keys.includes("power_state") ? warnOfAllStranded(context) : undefined,
    ]);
    return rows;
  },
  columns: {
    id: column("id", ["id"], ({ id }) => id),
    name: column("text", ["name_label"], (vm) => vm.name_label),
    description: column("text", ["name_description"], (vm) => vm.name_description),
    notes: column("text", ["notes"], (vm) => vm.notes),
    power_state: column("text", ["power_state"], (vm) => vm.power_state, {
      values: ["Running", "Halted", "Paused", "Suspended"],
      everyday: true,
    }),
    ...poolPair,
    host: joined(hostNames, "text", onHost, (vm, names) => names.get(hostOf(vm) ?? ""), {
      says: "the host that it runs on; NULL of one that is off",
      everyday: true,
    }),
    host_id: column("id", onHost, hostOf),
    host_is_silent: joined(
      hostStates,
      "flag",
      onHost,
      (vm, hosts) =>
        hosts.has(hostOf(vm) ?? "") ? silentHostOf(vm, hosts) !== undefined : undefined,
      { says: "1: its host does not answer, so it runs by XAPI's last word alone" },
    ),
    home_host: joined(
      hostNames,
      "text",
      ["affinityHost"],
      (vm, names) => names.get(vm.affinityHost ?? ""),
      { says: "the host that it prefers to start on" },
    ),
    home_host_id: column("id", ["affinityHost"], (vm) => vm.affinityHost),
    ...sizeColumns,
    os: column("text", ["os_version"], systemOf, {
      says: "as the guest told at last",
      everyday: true,
    }),
    os_distro: column("text", ["os_version"], (vm) => vm.os_version?.distro),
    os_kernel: column("text", ["os_version"], (vm) => vm.os_version?.uname),
    main_address: column("text", ["mainIpAddress"], (vm) => vm.mainIpAddress, {
      says: "of one that is off the last known; all are in addresses",
      everyday: true,
    }),
    guest_tools: column("text", toolSigns, guestTools, {
      says: "what its guest shows of them; unknown of one that is off",
      values: ["agent and drivers", "drivers only", "agent only", "none", "unknown"],
      everyday: true,
    }),
    guest_tools_version: column("text", ["pvDriversVersion"], (vm) => vm.pvDriversVersion),
    xsa_468: column("text", exposureSigns, exposure, {
      says: "whether its Windows drivers have the hole of XSA-468",
      values: ["open", "perhaps", "not open", "unknown", "hidden"],
    }),
    is_temporary: column(
      "flag",
      ["name_label", "tags", "blockedOperations", "current_operations"],
      isTemporary,
      { says: "XO's own for the moment: being imported, or a health check" },
    ),
    backup_status: joined(protections, "text", ["id"], ({ id }, known) => known.get(id)?.status, {
      says: "stale is a last good run over 8 days ago; NULL of replicas and temporary VMs",
      values: statuses,
      everyday: true,
    }),
    last_good_backup_at: overAll(
      lastGoods,
      "time",
      ["id"],
      ({ id }, known) => (known.get(id)?.lastGood ?? 0) / 1000,
      { says: "when the last run that was good for it began", everyday: true },
    ),
    backup_jobs: overAll(
      covering,
      "text",
      ["id"],
      ({ id }, known) =>
        known
          .get(id)
          ?.jobs.map(({ name }) => name)
          .join(", "),
      { says: "names of those that cover it, scheduled or not; by id in backup_job_vms" },
    ),
    started_at: column(
      "time",
      ["startTime", "power_state"],
      (vm) => (vm.power_state === "Halted" ? undefined : vm.startTime),
      { says: "NULL of one that is off" },
    ),
    last_started_at: column("time", ["startTime"], (vm) => vm.startTime, {
      says: "also of one that is off since",
    }),
    ...settingColumns,
    auto_poweron_works: joined(
      poolSettings,
      "flag",
      wishes,
      (vm, pools) =>
        worksIn(pools.get(vm.$pool ?? ""), vm.auto_poweron, (pool) => !isAutostartOff(vm, pool)),
      { says: "0: it is on, but its pool has it off; NULL: not asked for" },
    ),
    high_availability_works: joined(
      poolSettings,
      "flag",
      wishes,
      (vm, pools) =>
        worksIn(pools.get(vm.$pool ?? ""), vm.high_availability, (pool) => !isHaOff(vm, pool)),
      { says: "0: it is asked for, but HA is off in its pool; NULL: not asked for" },
    ),
    suspend_sr: joined(srNames, "text", ["suspendSr"], (vm, names) =>
      names.get(vm.suspendSr ?? ""),
    ),
    suspend_sr_id: column("id", ["suspendSr"], (vm) => vm.suspendSr),
    pci_device_count: column("count", ["attachedPcis"], (vm) => vm.attachedPcis?.length ?? 0, {
      says: "passed through from its next start on; see devices",
    }),
    vgpu_count: column("count", ["$VGPUs"], (vm) => vm.$VGPUs?.length),
    snapshot_count: column("count", ["snapshots"], (vm) => vm.snapshots?.length, {
      everyday: true,
    }),
    ...originColumns,
  },
});

/** Whether a wish has its effect; nothing where there is none, or where the pool is not seen. */
function worksIn<P>(
  pool: P | undefined,
  wish: string | boolean | null | undefined,
  works: (pool: P) => boolean,
): boolean | undefined {
  return wish && pool ? works(pool) : undefined;
}
