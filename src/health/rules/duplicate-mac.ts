import { isKeptOff, isReplica } from "../../estate/replicas.ts";
import { defineRule } from "../rule.ts";

export const duplicateMac = defineRule({
  id: "duplicate-mac",
  severity: "warning",
  title: "VMs that share a MAC address with another, or have it twice",
  why: "In one network, each takes the other's traffic; a copy or a restore kept the address.",
  where: "find_objects with the MAC address; XO: the VM's page, Network.",
  needs: ["vifs", "vms"],
  check({ vifs, vms }) {
    // Snapshots and templates have interfaces with the same address, but never use them.
    const own = new Map(
      vms.filter((vm) => !isReplica(vm) && !isKeptOff(vm)).map((vm) => [vm.id, vm]),
    );
    const byMac = Map.groupBy(
      vifs.filter(({ $VM }) => own.has($VM ?? "")),
      ({ MAC }) => (MAC ?? "").toLowerCase(),
    );
    byMac.delete("");
    return {
      found: [...byMac].flatMap(([mac, interfaces]) => {
        if (interfaces.length < 2) return [];
        const holders = Map.groupBy(interfaces, ({ $VM }) => $VM ?? "");
        return [...holders].flatMap(([id, { length }]) => {
          const vm = own.get(id);
          if (vm === undefined) return [];
          const twice = length > 1 ? { interfaces_with_it: length } : {};
          return [{ ...vm, facts: { mac, power_state: vm.power_state, ...twice } }];
        });
      }),
    };
  },
});
