import { loadOf } from "../../estate/capacity.ts";
import { Host } from "../../xo/records/host.ts";
import { Vm } from "../../xo/records/vm.ts";
import { fact } from "../fact.ts";

const HostSize = Host.pick({
  id: true,
  name_label: true,
  power_state: true,
  enabled: true,
  cpus: true,
  memory: true,
});
const VmSize = Vm.pick({
  id: true,
  name_label: true,
  power_state: true,
  CPUs: true,
  memory: true,
  $container: true,
});
const Controller = Vm.pick({ id: true, memory: true, CPUs: true });

/** What is on each host that runs, and what is left of it, by the host's id. */
export const hostLoads = fact(["vms"], async ({ xo }) => {
  const [hosts, vms] = await Promise.all([
    xo.records("hosts", HostSize),
    xo.records("vms", VmSize),
  ]);
  return new Map(loadOf(hosts, vms).map((load) => [load.host.id, load]));
});

/** The VMs in which the hosts themselves run, by id. */
export const controllers = fact(["vm-controllers"], async ({ xo }) => {
  const found = await xo.records("vm-controllers", Controller);
  return new Map(found.map((controller) => [controller.id, controller]));
});
