import { isReplica } from "../../estate/replicas.ts";
import { countOf, defineRule } from "../rule.ts";

export const haVmWithoutPriority = defineRule({
  id: "ha-vm-without-priority",
  severity: "info",
  title: "Running VMs that HA does not restart, in pools with HA",
  why: "When their host fails they stay down, which whoever switched HA on may not expect.",
  where: "XO: the VM's page, Advanced, HA.",
  needs: ["pools", "vms"],
  check({ pools, vms }) {
    const withHa = new Set(pools.filter((pool) => pool.HA_enabled).map(({ id }) => id));
    const running = vms.filter(
      (vm) => withHa.has(vm.$pool ?? "") && vm.power_state === "Running" && !isReplica(vm),
    );
    const untold = running.filter((vm) => typeof vm.high_availability !== "string");
    return {
      found: running.filter(({ high_availability }) => high_availability === ""),
      unknown: countOf(untold.length, "VM", "did not tell"),
    };
  },
});
