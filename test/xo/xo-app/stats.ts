import { incorrectState } from "xo-common/api-errors.js";
import type { Estate, Granularity, Stats, XoRecord } from "../estate/estate.ts";
import { type Objects, xapiError } from "./objects.ts";

/** XO's statistics: kept by the host that runs the VM, so gone for what does not run. */
export function statsMembers(estate: Estate, objects: Objects) {
  const hostStats = (host: XoRecord, granularity: Granularity): Stats => {
    if (host.power_state !== "Running") throw xapiError("HOST_OFFLINE", host.id);
    return estate.stats(host.id, granularity);
  };

  return {
    getXapiVmStats: async (id: string, granularity: Granularity = "seconds") => {
      const vm = objects.get(id, ["VM", "VM-controller"]);
      if (vm.power_state !== "Running" && vm.power_state !== "Paused") {
        return incorrectState({
          expected: "<host-uuid>",
          object: xapiRecord(vm),
          property: "resident_on",
        });
      }
      return estate.stats(id, granularity);
    },
    getXapiHostStats: async (id: string, granularity: Granularity = "seconds") =>
      hostStats(objects.get(id, "host"), granularity),
    getXapiPoolStats: async (id: string, granularity: Granularity = "seconds") => {
      const hosts = objects.byType("host", { filter: (host) => host.$pool === id });
      const stats: Record<string, Stats | { error: unknown }> = {};
      for (const host of Object.values(hosts)) {
        try {
          stats[host.id] = hostStats(host, granularity);
        } catch (error) {
          stats[host.id] = { error };
        }
      }
      return stats;
    },
  };
}

/** The hypervisor's own record of a VM, which XO attaches whole to the error about a halted one. */
function xapiRecord(vm: XoRecord): Record<string, unknown> {
  return {
    uuid: vm.id,
    allowed_operations: ["start", "destroy", "clone", "copy", "export", "snapshot"],
    current_operations: {},
    name_label: vm.name_label,
    name_description: vm.name_description,
    power_state: vm.power_state,
    is_a_template: false,
    resident_on: "OpaqueRef:NULL",
    affinity: "OpaqueRef:NULL",
    domid: -1,
    guest_metrics: "OpaqueRef:NULL",
    other_config: vm.other,
    xenstore_data: vm.xenStoreData,
    is_control_domain: false,
    is_a_snapshot: false,
    snapshot_time: "19700101T00:00:00Z",
  };
}
