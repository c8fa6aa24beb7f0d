import { macOf } from "../random.ts";
import type { World } from "../world.ts";
import type { HostRecord } from "./host.ts";
import type { NetworkRecord } from "./network.ts";
import type { XapiRecord } from "./xapi.ts";

export interface PifRecord extends XapiRecord {
  type: "PIF";
  device: string;
  attached: boolean;
  carrier: boolean;
  isBondMaster: boolean;
  isBondSlave: boolean;
  bondMaster?: string;
  bondSlaves?: string[];
  management: boolean;
  vlan: number;
  speed: number;
  $host: string;
  $network: string;
}

/** What an interface has otherwise than most. */
export interface PifShape {
  device: string;
  ip?: string;
  management?: boolean;
  carrier?: boolean;
  attached?: boolean;
  bond?: boolean;
  vlan?: number;
}

/** An interface of a host on a network; `site` and `number` make its addresses. */
export function addPif(
  world: World,
  site: number,
  network: NetworkRecord,
  host: HostRecord,
  number: number,
  shape: PifShape,
): PifRecord {
  const { device, ip = "", management = false, vlan = -1, bond = false } = shape;
  const running = host.power_state === "Running";
  const attached = running && (shape.attached ?? true);
  const carrier = running && (shape.carrier ?? true);
  const pif: PifRecord = world.add({
    ...world.base("PIF", `${host.name_label}/${device}/${vlan}`, network.$pool),
    attached,
    isBondMaster: bond,
    isBondSlave: false,
    device,
    deviceName: "10G Dual-Port Ethernet Controller",
    dns: management ? "192.0.2.53,192.0.2.54" : "",
    disallowUnplug: false,
    gateway: management ? `10.${10 + site}.0.1` : "",
    ip,
    ipv6: management ? [`2001:db8:${10 + site}::${(11 + number).toString(16)}/64`] : [],
    // A VLAN and a bond have the address of the interface beneath them.
    mac: macOf(`pif/${host.name_label}/${device === "bond0" ? "eth2" : device}`),
    management,
    carrier,
    mode: ip === "" ? "None" : "Static",
    ipv6Mode: management ? "Static" : "None",
    mtu: network.MTU,
    netmask: ip === "" ? "" : "255.255.255.0",
    physical: vlan === -1 && !bond,
    primaryAddressType: "IPv4",
    vlan,
    speed: carrier ? (bond ? 20_000 : 10_000) : 0,
    $host: host.id,
    $network: network.id,
  });
  network.PIFs.push(pif.id);
  host.PIFs.push(pif.id);
  host.$PIFs.push(pif.id);
  return pif;
}
