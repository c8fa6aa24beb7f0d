import type { PatchCounts } from "./patches.ts";
import { nameOf } from "./name.ts";
import { sumOf } from "./sum-of.ts";
import { type VersionGroup, versionsOf } from "./updates.ts";

interface VersionedHost {
  id: string;
  name_label: string;
  productBrand?: string | null | undefined;
  version?: string | null | undefined;
}

/** Hosts that are named. */
const mostNames = 20;

/** More groups of versions than these have too many sums to look through. */
const mostGroups = 12;

/**
 * The hosts whose version gets no more updates. XO's dashboard has their number alone, of all pools
 * together, and an XO from the sources has none (xoa.service.mts, getNumberOfEolHosts); a version has
 * ended for all its hosts, so the number may settle which they are.
 * @param all the hosts of all pools
 */
export function endOfSupport(
  counts: PatchCounts | undefined,
  all: readonly VersionedHost[],
  seesHosts: boolean,
) {
  const ended = counts?.nHostsEol;
  if (typeof ended !== "number") {
    const why =
      counts === undefined
        ? "XO's dashboard has it, which is for administrators, and it did not tell"
        : "this XO does not tell, as one from the sources";
    return { known: false, reason: why };
  }
  if (ended === 0) return { known: true, hosts: 0 };
  const groups = seesHosts ? settled(versionsOf(all), ended) : undefined;
  if (groups === undefined) {
    return { known: true, hosts: ended, reason: "XO tells how many of all pools, not which" };
  }
  return {
    known: true,
    hosts: ended,
    versions: groups.map(({ version }) => version ?? "unknown"),
    names: groups
      .flatMap((group) => group.hosts)
      .map(nameOf)
      .toSorted()
      .slice(0, mostNames),
  };
}

/** The groups that together are so many hosts, if there is one choice of them. */
function settled<H>(
  groups: readonly VersionGroup<H>[],
  wanted: number,
): VersionGroup<H>[] | undefined {
  if (groups.length > mostGroups) return undefined;
  const choices = groups.reduce<VersionGroup<H>[][]>(
    (found, group) => [...found, ...found.map((choice) => [...choice, group])],
    [[]],
  );
  const fitting = choices.filter((choice) => sumOf(choice, ({ hosts }) => hosts.length) === wanted);
  return fitting.length === 1 ? fitting[0] : undefined;
}
