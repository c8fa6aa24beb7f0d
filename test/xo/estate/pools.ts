import { addHost } from "./hosts.ts";
import { addNetworks } from "./networks.ts";
import { canary } from "./canary.ts";
import type { PoolRecord } from "./records.ts";
import { addStorage } from "./storage.ts";
import { addTemplates } from "./templates.ts";
import type { Site, World } from "./world.ts";
import { poolFields } from "./records/pool.ts";

const PLACES = ["paris", "lyon", "berlin", "oslo", "madrid", "dublin", "athens", "riga"];

/** A pool with everything but its VMs: hosts, networks, storage, templates. */
export function addPool(world: World, index: number): Site {
  const place = PLACES[index] ?? `site${index + 1}`;
  const base = world.base("pool", place);
  const label = place.slice(0, 1).toUpperCase() + place.slice(1);
  const pool: PoolRecord = world.add({
    ...base,
    ...poolFields(),
    HA_enabled: index === 0,
    tags: [place],
    name_description: `${label} production pool`,
    name_label: `${label}-DC${index + 1}`,
    otherConfig: {
      "memory-ratio-hvm": "0.25",
      "memory-ratio-pv": "0.25",
      auto_poweron: "true",
      "xo:clientInfo:test": JSON.stringify({
        lastConnected: world.now,
        networkInterfaces: { eth0: [{ address: "192.0.2.2", mac: canary("pool-client") }] },
      }),
    },
  });

  const hosts = Array.from({ length: world.sizeOf(index).hosts }, (_, number) =>
    addHost(world, { pool, place, site: index, number }),
  );
  for (const host of hosts) {
    pool.cpus.cores += host.cpus.cores;
    pool.cpus.sockets += host.cpus.sockets;
  }
  pool.master = hosts[0]?.id ?? "";

  const networks = addNetworks(world, { pool, hosts, site: index });
  const storage = addStorage(world, { pool, hosts, site: index });
  const templates = addTemplates(world, { pool, storage });
  return { index, place, pool, hosts, networks, storage, templates, vms: [] };
}
