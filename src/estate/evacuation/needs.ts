import type { Around, EvacuatedVm, Port } from "./around.ts";
import { named } from "./obstacle.ts";

/** Something on a storage that a VM has. */
export interface NeededStorage {
  sr: string;
  /** Of an ISO or a disc in its drive. */
  medium: string | undefined;
}

/** What a VM must find on a host. */
export interface Needs {
  vm: EvacuatedVm;
  storages: NeededStorage[];
  networks: string[];
  /** Whether one of its networks is made of virtual functions of a network card. */
  usesVirtualFunction: boolean;
}

/** What each of these VMs needs. Unplugged disks and interfaces count too (xapi_vm_helpers.ml). */
export function needsOf(vms: readonly EvacuatedVm[], around: Around): Needs[] {
  const plugs = Map.groupBy(around.vbds, ({ VM }) => VM ?? "");
  const nics = Map.groupBy(around.vifs, ({ $VM }) => $VM ?? "");
  const disks = new Map(around.vdis.map((vdi) => [vdi.id, vdi]));
  const sriov = new Set(around.pifs.filter(isSriov).map(({ $network }) => $network));
  return vms.map((vm) => {
    const networks = (nics.get(vm.id) ?? []).flatMap(({ $network }) => $network ?? []);
    return {
      vm,
      storages: (plugs.get(vm.id) ?? []).flatMap(({ VDI, is_cd_drive }) => {
        const disk = disks.get(VDI ?? "");
        if (!disk?.$SR) return [];
        const medium = is_cd_drive === true ? named(disk.name_label, disk.id) : undefined;
        return [{ sr: disk.$SR, medium }];
      }),
      networks: [...new Set(networks)],
      usesVirtualFunction: networks.some((network) => sriov.has(network)),
    };
  });
}

/**
 * Whether an interface is the logical one of SR-IOV: it has the name of the port that it is on
 * (xapi_network_sriov.ml), and is no port, bond or VLAN. A VLAN on it looks like any other.
 */
function isSriov({ physical, vlan, isBondMaster, device }: Port): boolean {
  return (
    physical === false && (vlan ?? -1) < 0 && isBondMaster !== true && /^eth\d+$/.test(device ?? "")
  );
}
