import { nameOf } from "../../estate/name.ts";
import { silentHostOf } from "../../estate/stranded.ts";
import { defineRule } from "../rule.ts";

export const vmOnSilentHost = defineRule({
  id: "vm-on-silent-host",
  severity: "critical",
  title: "VMs that run by XAPI's last word alone: their host does not answer",
  why: "If the host is off they are down, and nothing starts them elsewhere; if only its management network is, they run, and a second start destroys their disks.",
  where:
    "get_capacity_report tells whether there is room; make sure that the host is off, then declare it dead (xe host-declare-dead) and start them elsewhere.",
  needs: ["vms", "hosts"],
  check({ vms, hosts }) {
    const hostById = new Map(hosts.map((host) => [host.id, host]));
    return {
      found: vms.flatMap((vm) => {
        const host = silentHostOf(vm, hostById);
        return host === undefined
          ? []
          : [
              {
                ...vm,
                facts: { host: nameOf(host), host_state: host.power_state ?? "unknown" },
              },
            ];
      }),
    };
  },
});
