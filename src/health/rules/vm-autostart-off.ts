import { isReplica } from "../../estate/replicas.ts";
import { isTemporary } from "../../estate/temporary-vms.ts";
import { isAutostartOff } from "../../estate/vm-settings.ts";
import { countOf, defineRule } from "../rule.ts";

export const vmAutostartOff = defineRule({
  id: "vm-autostart-off",
  severity: "warning",
  title: "VMs that should start with their host, in pools that have this off",
  why: "After a power cut or a restart of the host they stay down, although each of them says that it starts by itself.",
  where: "XO: the pool's page, Advanced, Auto power on; list_pools shows it.",
  needs: ["vms", "pools", "tasks"],
  check({ vms, pools, tasks }) {
    const poolById = new Map(pools.map((pool) => [pool.id, pool]));
    const rolling = tasks.filter(({ properties }) => isRolling(properties?.name ?? ""));
    const wanting = vms.filter(
      (vm) =>
        isAutostartOff(vm, poolById.get(vm.$pool ?? "")) && !isReplica(vm) && !isTemporary(vm),
    );
    // XO switches it off itself for as long as it restarts the hosts of a pool, one after the other.
    const isMeanwhile = ({ $pool }: { $pool?: string | null | undefined }) =>
      rolling.some(({ properties }) => [$pool, null, undefined].includes(properties?.objectId));
    return {
      found: wanting
        .filter((vm) => !isMeanwhile(vm))
        .map((vm) => ({ ...vm, facts: { power_state: vm.power_state } })),
      unknown: countOf(
        wanting.filter(isMeanwhile).length,
        "VM",
        "whose pool XO is restarting now, which switches it off for that time",
      ),
    };
  },
});

/** "rolling pool update" of REST, "API call: pool.rollingUpdate" of XO 5 (pool.controller.mts, api/pool.mjs). */
function isRolling(name: string): boolean {
  return /rolling ?(?:pool ?)?(?:update|reboot)/i.test(name);
}
