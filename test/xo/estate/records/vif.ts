import { canary } from "../canary.ts";
import type { World } from "../world.ts";
import type { NetworkRecord } from "./network.ts";
import type { VmRecord } from "./vm.ts";
import type { XapiRecord } from "./xapi.ts";

export interface VifRecord extends XapiRecord {
  type: "VIF";
  attached: boolean;
  device: string;
  MAC: string;
  $network: string;
  $VM: string;
}

/** Connects a VM to a network. */
export function addVif(
  world: World,
  vm: VmRecord,
  network: NetworkRecord,
  device: number,
  mac: string,
): VifRecord {
  const vif: VifRecord = world.add({
    ...world.base("VIF", `${vm.id}/${device}`, vm.$pool),
    allowedIpv4Addresses: [],
    allowedIpv6Addresses: [],
    attached: vm.power_state === "Running" || vm.power_state === "Paused",
    device: String(device),
    lockingMode: "network_default",
    MAC: mac,
    MTU: network.MTU,
    other_config: { "switch-password": canary("vif-other-config") },
    txChecksumming: true,
    $network: network.id,
    $VM: vm.id,
  });
  vm.VIFs.push(vif.id);
  network.VIFs.push(vif.id);
  return vif;
}
