import { statuses } from "../../backup/coverage.ts";
import { guestTools, toolSigns } from "../../estate/guest-tools.ts";
import { systemOf } from "../../estate/guest.ts";
import { isReplica } from "../../estate/replicas.ts";
import { hostOf } from "../../estate/residence.ts";
import { isTemporary } from "../../estate/temporary-vms.ts";
import { Vm } from "../../xo/records/vm.ts";
import { columnsOf } from "../column.ts";
import { protections } from "../facts/backup.ts";
import { hostNames, poolNames } from "../facts/names.ts";
import { defineTable, recordsOf } from "../table.ts";
import type * as z from "zod";

const { column, joined } = columnsOf<z.output<typeof Vm>>();

const onHost = ["power_state", "$container", "$pool"] as const;

export const vms = defineTable({
  name: "vms",
  says: "virtual machines; templates, snapshots and control domains are none",
  example: "select power_state, count(*), sum(memory_bytes) from vms group by power_state",
  from: ["vms"],
  read: recordsOf("vms", Vm),
  columns: {
    id: column("id", ["id"], ({ id }) => id),
    name: column("text", ["name_label"], (vm) => vm.name_label),
    power_state: column("text", ["power_state"], (vm) => vm.power_state, {
      values: ["Running", "Halted", "Paused", "Suspended"],
      everyday: true,
    }),
    pool: joined(poolNames, "text", ["$pool"], (vm, names) => names.get(vm.$pool ?? ""), {
      everyday: true,
    }),
    pool_id: column("id", ["$pool"], (vm) => vm.$pool),
    host: joined(hostNames, "text", onHost, (vm, names) => names.get(hostOf(vm) ?? ""), {
      says: "the host that it runs on; NULL of one that is off",
      everyday: true,
    }),
    host_id: column("id", onHost, hostOf),
    vcpus: column("count", ["CPUs"], (vm) => vm.CPUs?.number, { everyday: true }),
    vcpus_max: column("count", ["CPUs"], (vm) => vm.CPUs?.max),
    memory_bytes: column("bytes", ["memory"], (vm) => vm.memory?.size, { everyday: true }),
    os: column("text", ["os_version"], systemOf, { everyday: true }),
    main_address: column("text", ["mainIpAddress"], (vm) => vm.mainIpAddress, { everyday: true }),
    guest_tools: column("text", toolSigns, guestTools, {
      says: "what its guest shows of them; unknown of one that is off",
      values: ["agent and drivers", "drivers only", "agent only", "none", "unknown"],
      everyday: true,
    }),
    is_replica: column("flag", ["blockedOperations", "other"], isReplica, {
      says: "a copy that a replication job keeps",
      everyday: true,
    }),
    is_temporary: column(
      "flag",
      ["name_label", "tags", "blockedOperations", "current_operations"],
      isTemporary,
      { says: "XO's own for the moment: being imported, or a health check" },
    ),
    backup_status: joined(protections, "text", ["id"], ({ id }, { byVm }) => byVm.get(id)?.status, {
      says: "stale is a last good run over 8 days ago; NULL of replicas and temporary VMs",
      values: statuses,
      everyday: true,
    }),
    last_good_backup_at: joined(
      protections,
      "time",
      ["id"],
      ({ id }, { byVm, seesJobs, seesRuns }) =>
        seesJobs && seesRuns ? (byVm.get(id)?.lastGood ?? 0) / 1000 : undefined,
      { says: "when the last run that was good for it began", everyday: true },
    ),
    backup_jobs: joined(
      protections,
      "text",
      ["id"],
      ({ id }, { byVm, seesJobs }) =>
        seesJobs
          ? byVm
              .get(id)
              ?.jobs.map(({ name }) => name)
              .join(", ")
          : undefined,
      { says: "names of those that cover it, scheduled or not; by id in backup_job_vms" },
    ),
    started_at: column("time", ["startTime"], (vm) => vm.startTime),
    auto_poweron: column("flag", ["auto_poweron"], (vm) => vm.auto_poweron),
  },
});
