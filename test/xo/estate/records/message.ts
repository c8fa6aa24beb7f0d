import type { World } from "../world.ts";
import type { XapiRecord } from "./xapi.ts";

export interface MessageRecord extends XapiRecord {
  type: "message";
  name: string;
  body: string;
  /** Unix seconds. */
  time: number;
  $object: string;
}

/** What the hypervisor said about an object of a pool so many seconds ago. */
export function addMessage(
  world: World,
  said: Pick<MessageRecord, "$pool" | "$object" | "name" | "body"> & { key: string; age: number },
): MessageRecord {
  const { $pool, $object, name, body, key, age } = said;
  return world.add({
    ...world.base("message", key, $pool),
    body,
    name,
    time: world.seconds - age,
    $object,
  });
}
