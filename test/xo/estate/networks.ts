import { canary } from "./canary.ts";
import { hasTrap } from "./host-traps.ts";
import { macOf } from "./random.ts";
import type { HostRecord, NetworkRecord, PifRecord, PoolRecord } from "./records.ts";
import type { Site, World } from "./world.ts";

interface NetworkPlace {
  pool: PoolRecord;
  hosts: HostRecord[];
  site: number;
}

const VLANS: [number, string][] = [
  [100, "Production"],
  [200, "Development"],
  [300, "DMZ"],
];

/** A network of few VMs, in every pool but the first. */
const LAB = 400;

/** A network of the first pool that its last host has no interface on. */
const VOICE = 500;

/** Management, storage, a bond with three VLANs on it, an internal network; interfaces on each host. */
export function addNetworks(world: World, at: NetworkPlace): Site["networks"] {
  const { pool, hosts } = at;
  const network = (bridge: string, name_label: string, more: Partial<NetworkRecord> = {}) => {
    const record: NetworkRecord = {
      ...world.base("network", `${pool.name_label}/${bridge}`, pool.id),
      automatic: false,
      bridge,
      current_operations: {},
      defaultIsLocked: false,
      MTU: 1500,
      name_description: "",
      name_label,
      other_config: { "radius-secret": canary("network-other-config") },
      tags: [],
      PIFs: [],
      VIFs: [],
      nbd: false,
      insecureNbd: false,
      isBonded: false,
      ...more,
    };
    return world.add(record);
  };
  const pifs = (to: NetworkRecord, shape: (host: HostRecord, number: number) => PifShape) =>
    hosts.map((host, number) => addPif(world, at, to, host, number, shape(host, number)));

  const management = network("xenbr0", "Pool-wide network associated with eth0", {
    automatic: true,
    other_config: { automatic: "true" },
  });
  pifs(management, (host) => ({ device: "eth0", ip: host.address, management: true }));

  const storage = network("xenbr1", "Storage", {
    MTU: 9000,
    name_description: "Jumbo frames",
    nbd: true,
  });
  const storagePifs = pifs(storage, (_host, number) => ({
    device: "eth1",
    ip: `10.${10 + at.site}.9.${11 + number}`,
    carrier: !hasTrap(world, "carrierless-pif", { site: at.site, number }),
  }));

  const bond = network("xapi1", "Bond of eth2 and eth3", { isBonded: true });
  const masters = pifs(bond, () => ({ device: "bond0", bond: true }));
  for (const device of ["eth2", "eth3"]) {
    const link = network(
      device === "eth2" ? "xenbr2" : "xenbr3",
      `Pool-wide network associated with ${device}`,
    );
    const slaves = pifs(link, (_host, number) => ({
      device,
      carrier: device !== "eth3" || !hasTrap(world, "degraded-bond", { site: at.site, number }),
    }));
    slaves.forEach((slave, number) => {
      const master = masters[number];
      if (master !== undefined) {
        slave.isBondSlave = true;
        slave.bondMaster = master.id;
        master.bondSlaves = [...(master.bondSlaves ?? []), slave.id];
        if (!slave.carrier && slave.attached) {
          master.speed = 10_000;
          world.trap("degraded-bond", master.id);
          world.trap("degraded-bond-slave", slave.id);
        }
      }
    });
  }

  const spare = network("xenbr4", "Pool-wide network associated with eth4");
  const spares = pifs(spare, () => ({ device: "eth4", carrier: false }));

  const guests = VLANS.map(([vlan, name]) => {
    const record = network(`xapi-vlan${vlan}`, `VLAN ${vlan} ${name}`);
    pifs(record, () => ({ device: "bond0", vlan }));
    return record;
  });
  guests.push(network("xapi9", "Internal", { name_description: "between VMs of one host" }));
  const unused = network("xapi10", "Unused");
  const [vlan, name] = at.site === 0 ? [VOICE, "Voice"] : [LAB, "Lab"];
  const seldom = network(`xapi-vlan${vlan}`, `VLAN ${vlan} ${name}`);
  hosts.forEach((host, number) => {
    if (!hasTrap(world, "network-of-some-hosts", { site: at.site, number })) {
      addPif(world, at, seldom, host, number, { device: "bond0", vlan });
    }
  });

  world.trap("unused-network", unused.id);
  const [carrierless] = storagePifs.filter((pif) => !pif.carrier);
  if (carrierless !== undefined) {
    world.trap("carrierless-pif", carrierless.id);
  }
  if (spares[0] !== undefined) {
    world.trap("spare-pif", spares[0].id);
  }
  if (at.site > 0) return { management, guests, lab: seldom };
  world.trap("network-of-some-hosts", seldom.id);
  return { management, guests, voice: seldom };
}

interface PifShape {
  device: string;
  ip?: string;
  management?: boolean;
  carrier?: boolean;
  attached?: boolean;
  bond?: boolean;
  vlan?: number;
}

function addPif(
  world: World,
  { pool, site }: NetworkPlace,
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
    ...world.base("PIF", `${host.name_label}/${device}/${vlan}`, pool.id),
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
