import type * as z from "zod";
import { toXoError, type XoError } from "../errors.ts";
import type { Xo } from "../xo/client.ts";
import { allOf, type Filter, hasId } from "../xo/filter.ts";
import { listed } from "./listed.ts";
import { made } from "./made.ts";

type Listed = keyof typeof listed;
type Made = keyof typeof made;

/** What a rule may need. */
export type Need = Listed | Made;

/** What was read, each collection once. */
export type Holdings = { [K in Listed]: z.output<(typeof listed)[K]["record"]>[] } & {
  [K in Made]: (typeof made)[K]["none"];
};

export function isOfPools(need: Need): boolean {
  return { ...listed, ...made }[need].scope === "pool";
}

/** What was read, and what could not be. */
export interface Readings {
  holdings: Holdings;
  failures: Map<Need, XoError>;
}

export function nothingRead(): Readings {
  const none = [
    ...Object.keys(listed).map((need) => [need, []] as const),
    ...Object.entries(made).map(([need, { none: empty }]) => [need, empty] as const),
  ];
  const holdings = Object.fromEntries(none);
  if (!isWhole(holdings)) throw new Error("the health report has no place for something it reads");
  return { holdings, failures: new Map() };
}

function isWhole(holdings: object): holdings is Holdings {
  return [...Object.keys(listed), ...Object.keys(made)].every((need) => need in holdings);
}

/** Reads collections side by side, those of pools for one pool only when it is named. */
export async function readInto(
  { holdings, failures }: Readings,
  xo: Xo,
  needs: Iterable<Need>,
  poolId?: string,
): Promise<void> {
  const readOne = async (need: Need) => {
    try {
      Object.assign(holdings, { [need]: await read(xo, need, poolId) });
    } catch (error) {
      failures.set(need, toXoError(error));
    }
  };
  await Promise.all([...needs].map(readOne));
}

function read(xo: Xo, need: Need, poolId: string | undefined): Promise<unknown> {
  const inPool = poolId !== undefined && isOfPools(need) ? hasId("$pool", poolId) : undefined;
  if (!isListed(need)) return made[need].read(xo, inPool);
  const { record, filter }: { record: z.ZodObject; filter?: Filter } = listed[need];
  return xo.records(need, record, allOf(inPool, filter));
}

function isListed(need: Need): need is Listed {
  return need in listed;
}
