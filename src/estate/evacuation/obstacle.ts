import type { Sentence } from "../../sentence.ts";
import { oneLine } from "../../untrusted.ts";
import { nameOf, saidName } from "../name.ts";

/** Something that keeps a VM from moving. */
export interface Obstacle {
  /** A clause on the VM; the same text for the same cause, so that VMs can be put together by it. */
  why: string;
  /** What an administrator does about it. */
  mend: string;
  /** False where XO does not tell enough: XAPI may let it pass. */
  certain: boolean;
}

/** VMs with the same obstacle. */
export interface ObstacleGroup {
  why: string;
  mend: string;
  vms: number;
  names: string[];
}

const most = { groups: 8, names: 5, nameLength: 40 };

/** A name as it stands in a sentence. */
export function named(name: string, id: string): Sentence {
  return saidName({ id, name_label: name }, most.nameLength);
}

/** The name of a VM in a list of names: as it is, but in one line and cut. */
export function shownName(vm: { id: string; name_label: string }): string {
  return oneLine(nameOf(vm), most.nameLength);
}

/** VMs put together by what stops them, most of them first; each cause has some names. */
export function groupByObstacle(
  stopped: readonly { vm: { id: string; name_label: string }; obstacle: Obstacle }[],
): { groups: ObstacleGroup[]; more?: number } {
  const groups = [...Map.groupBy(stopped, ({ obstacle }) => obstacle.why).values()]
    .map((members) => ({
      why: members[0]?.obstacle.why ?? "",
      mend: members[0]?.obstacle.mend ?? "",
      vms: members.length,
      names: members
        .map(({ vm }) => shownName(vm))
        .toSorted()
        .slice(0, most.names),
    }))
    .toSorted((a, b) => b.vms - a.vms || (a.why < b.why ? -1 : 1));
  return groups.length > most.groups
    ? { groups: groups.slice(0, most.groups), more: groups.length - most.groups }
    : { groups };
}
