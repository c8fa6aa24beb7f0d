import type { World } from "../world.ts";
import type { HostRecord } from "./host.ts";
import type { XapiRecord } from "./xapi.ts";

export interface PciRecord extends XapiRecord {
  type: "PCI";
  class_name: string;
  device_name: string;
  pci_id: string;
  $host: string;
}

/** A PCI device in a slot of a host. */
export function addPci(
  world: World,
  host: HostRecord,
  slot: number,
  class_name: string,
  device_name: string,
): PciRecord {
  const pci: PciRecord = world.add({
    ...world.base("PCI", `${host.name_label}/${slot}`, host.$pool),
    class_name,
    device_name,
    pci_id: `0000:0${slot}:00.0`,
    $host: host.id,
  });
  host.PCIs.push(pci.id);
  host.$PCIs.push(pci.id);
  return pci;
}
