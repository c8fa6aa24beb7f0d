import { hasTrap } from "./host-traps.ts";
import type { HostRecord, NetworkRecord, PoolRecord } from "./records.ts";
import type { Site, World } from "./world.ts";
import { addNetwork } from "./records/network.ts";
import { addPif, type PifShape } from "./records/pif.ts";

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
  const network = (bridge: string, name_label: string, more: Partial<NetworkRecord> = {}) =>
    addNetwork(world, pool, bridge, { name_label, ...more });
  const pifs = (to: NetworkRecord, shape: (host: HostRecord, number: number) => PifShape) =>
    hosts.map((host, number) => addPif(world, at.site, to, host, number, shape(host, number)));

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
      addPif(world, at.site, seldom, host, number, { device: "bond0", vlan });
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
