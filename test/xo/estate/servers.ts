import { canary } from "./canary.ts";
import type { StoredRecord } from "./estate.ts";
import { uuidOf } from "./random.ts";
import type { World } from "./world.ts";

/** One connected server for each pool, and one that XO cannot reach. */
export function makeServers(world: World): StoredRecord[] {
  const servers: StoredRecord[] = world.sites.map(({ pool, hosts, place }) => ({
    id: uuidOf(`server/${place}`),
    allowUnauthorized: true,
    enabled: true,
    host: hosts[0]?.address ?? "",
    httpProxy: `http://xo:${canary("server-proxy")}@proxy.example.org:3128`,
    label: place,
    username: "root",
    poolNameDescription: pool.name_description,
    poolNameLabel: pool.name_label,
    poolMembersAddresses: hosts.map((host) => host.address),
    readOnly: false,
    status: "connected",
    poolId: pool.id,
    master: pool.master,
  }));
  const id = uuidOf("server/disconnected");
  world.trap("disconnected-server", id);
  servers.push({
    id,
    allowUnauthorized: true,
    enabled: true,
    host: "192.0.2.99",
    label: "vienna",
    username: "root",
    poolNameDescription: "lost",
    poolNameLabel: "Vienna-DC9",
    readOnly: false,
    status: "disconnected",
    error: {
      code: "ECONNREFUSED",
      errno: -111,
      syscall: "connect",
      address: "192.0.2.99",
      port: 443,
      message: "connect ECONNREFUSED 192.0.2.99:443",
    },
  });
  return servers;
}
