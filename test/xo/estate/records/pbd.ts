import type { World } from "../world.ts";
import type { HostRecord } from "./host.ts";
import type { SrRecord } from "./sr.ts";
import type { XapiRecord } from "./xapi.ts";

export interface PbdRecord extends XapiRecord {
  type: "PBD";
  attached: boolean;
  host: string;
  SR: string;
}

/** A host's link to a storage. */
export function addPbd(
  world: World,
  sr: SrRecord,
  host: HostRecord,
  device_config: Record<string, string>,
  attached: boolean,
): string {
  const pbd = world.add({
    ...world.base("PBD", `${sr.id}/${host.id}`, sr.$pool),
    attached: attached && host.power_state === "Running",
    host: host.id,
    SR: sr.id,
    device_config,
    otherConfig: {},
  });
  sr.$PBDs.push(pbd.id);
  host.$PBDs.push(pbd.id);
  return pbd.id;
}
