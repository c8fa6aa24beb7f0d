import { byId, ofType, type PifRecord } from "../xo/estate/records.ts";
import type { Estate } from "../xo/estate/estate.ts";
import { trap } from "../xo/estate/traps.ts";
import { askAll } from "./questions.ts";

/** The interfaces of VMs, and of nothing else. */
function vmNics(estate: Estate) {
  const vms = new Map(ofType(estate, "VM").map((vm) => [vm.id, vm]));
  return ofType(estate, "VIF").flatMap((vif) => {
    const vm = vms.get(vif.$VM);
    return vm === undefined ? [] : [{ ...vif, vm }];
  });
}

const isPort = ({ vlan, isBondMaster }: PifRecord) => vlan === -1 && !isBondMaster;

askAll([
  {
    asks: "Which networks does no VM use?",
    sql: "select pool, name from networks n where not exists (select 1 from vm_nics i where i.network_id = n.id)",
    rows: (estate) => {
      const used = new Set(vmNics(estate).map(({ $network }) => $network));
      return ofType(estate, "network")
        .filter(({ id }) => !used.has(id))
        .map(({ $pool, name_label }) => [byId(estate, "pool", $pool).name_label, name_label]);
    },
  },
  {
    asks: "How many VMs, with how much memory, are on VLAN 100 of each pool?",
    sql: "select n.pool, count(*), sum(v.memory_bytes) from networks n join vm_nics i on i.network_id = n.id join vms v on v.id = i.vm_id where n.vlan = 100 group by n.pool_id",
    rows: (estate) => {
      const tagged = new Set(
        ofType(estate, "PIF").flatMap(({ vlan, $network }) => (vlan === 100 ? [$network] : [])),
      );
      const on = vmNics(estate).filter(({ $network }) => tagged.has($network));
      return [...Map.groupBy(on, ({ $pool }) => $pool)].map(([pool, nics]) => [
        byId(estate, "pool", pool).name_label,
        nics.length,
        nics.reduce((sum, { vm }) => sum + vm.memory.size, 0),
      ]);
    },
  },
  {
    asks: "Which networks lack an interface on some hosts, though VMs are on them?",
    sql: "select name, hosts_without, vm_count from networks where hosts_without is not null and vm_count > 0",
    rows: (estate) => {
      const network = byId(estate, "network", trap(estate, "network-of-some-hosts").id);
      const linked = new Set(
        ofType(estate, "PIF").flatMap(({ $network, $host }) =>
          $network === network.id ? [$host] : [],
        ),
      );
      const without = ofType(estate, "host").filter(
        ({ id, $pool }) => $pool === network.$pool && !linked.has(id),
      );
      const vms = vmNics(estate).filter(({ $network }) => $network === network.id).length;
      return [[network.name_label, without.map(({ name_label }) => name_label).join(", "), vms]];
    },
  },
  {
    asks: "Which MAC addresses are there more than once?",
    sql: "select mac, count(*) from vm_nics group by mac having count(*) > 1",
    rows: (estate) =>
      [...Map.groupBy(vmNics(estate), ({ MAC }) => MAC)]
        .filter(([, nics]) => nics.length > 1)
        .map(([mac, nics]) => [mac, nics.length]),
  },
  {
    asks: "Which VM has the address 2001:DB8:0::51?",
    sql: "select object, network from addresses where kind = 'vm' and address = '2001:db8::51'",
    rows: (estate) => {
      const vm = byId(estate, "VM", trap(estate, "ipv6-only").id);
      const nic = vmNics(estate).find(({ $VM, device }) => $VM === vm.id && device === "0");
      return [[vm.name_label, byId(estate, "network", nic?.$network ?? "").name_label]];
    },
  },
  {
    asks: "Which addresses did more than one VM have at last?",
    sql: "select address, count(distinct object_id), sum(is_current) from addresses where kind = 'vm' group by address having count(distinct object_id) > 1",
    rows: () => [["192.0.2.77", 2, 1]],
  },
  {
    asks: "Which addresses do two VMs have now?",
    sql: "select address from addresses where kind = 'vm' and is_current = 1 group by address having count(distinct object_id) > 1",
    rows: () => [],
    isNone: true,
  },
  {
    asks: "How many IPv4 and IPv6 addresses do the hosts have?",
    sql: "select ip_version, count(*) from addresses where kind = 'host' group by ip_version",
    rows: (estate) => {
      const hosts = ofType(estate, "host").length;
      // On the interface of management and on that of storage; IPv6 on the first alone.
      return [
        [4, 2 * hosts],
        [6, hosts],
      ];
    },
  },
  {
    asks: "Which bonds have lost a link, and which port is it?",
    sql: "select b.host, b.device, b.ports_up, b.ports, p.device from host_nics b join host_nics p on p.bond_id = b.id where b.ports_up < b.ports and p.link <> 'up'",
    rows: (estate) => {
      const master = byId(estate, "PIF", trap(estate, "degraded-bond").id);
      const port = byId(estate, "PIF", trap(estate, "degraded-bond-slave").id);
      const host = byId(estate, "host", master.$host).name_label;
      return [[host, master.device, 1, 2, port.device]];
    },
  },
  {
    asks: "How fast are the ports with a link of each host together?",
    sql: "select host, sum(speed_mbps), count(*) from host_nics where kind in ('port', 'bond port') group by host_id",
    rows: (estate) =>
      ofType(estate, "host").map(({ id, name_label, power_state }) => {
        const ports = ofType(estate, "PIF").filter((pif) => pif.$host === id && isPort(pif));
        const speed = ports.reduce((sum, { carrier, speed: own }) => sum + (carrier ? own : 0), 0);
        return [name_label, power_state === "Running" ? speed : null, ports.length];
      }),
  },
  {
    asks: "Which VMs have a device of a host, and which are set to one while they are off?",
    sql: "select name, vm_id, set_for_ids, vgpu_count from devices where used_by is not null or set_for is not null",
    rows: (estate) => {
      const passed = byId(estate, "PCI", trap(estate, "passed-gpu").id);
      const shared = byId(estate, "PCI", trap(estate, "shared-gpu").id);
      const [owner, waiting, sharer] = (["hot-add-vm", "halted-vm", "biggest-vm"] as const).map(
        (name) => trap(estate, name).id,
      );
      return [
        [passed.device_name, owner, waiting, 0],
        [shared.device_name, sharer, null, 1],
      ];
    },
  },
  {
    asks: "How many devices of each class are there, and how many are GPUs?",
    sql: "select class, count(*), sum(is_gpu) from devices group by class",
    rows: (estate) => {
      const gpus = new Set(ofType(estate, "PGPU").map(({ pci }) => pci));
      return [...Map.groupBy(ofType(estate, "PCI"), ({ class_name }) => class_name)].map(
        ([name, pcis]) => [name, pcis.length, pcis.filter(({ id }) => gpus.has(id)).length],
      );
    },
  },
]);
