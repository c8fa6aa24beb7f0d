import { Host } from "../../xo/records/host.ts";
import { fact } from "../fact.ts";

const HostState = Host.pick({ id: true, name_label: true, power_state: true, $pool: true });

/** The hosts by id, with whether they answer. */
export const hostStates = fact(["hosts"], async ({ xo }) => {
  const hosts = await xo.records("hosts", HostState);
  return new Map(hosts.map((host) => [host.id, host]));
});
