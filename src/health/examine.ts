import { type XoError } from "../errors.ts";
import { namesById } from "../estate/name.ts";
import type { Context } from "../tool.ts";
import { cleanText } from "../untrusted.ts";
import { choose } from "../xo/resolve.ts";
import { Gaps } from "./gaps.ts";
import { type Need, nothingRead, readInto, type Readings } from "./holdings.ts";
import type { Found, Rule } from "./rule.ts";

/** What one rule came to: fine when there is neither an object nor a reason. */
export interface Outcome {
  rule: Rule;
  /** The worst first. */
  objects: Record<string, unknown>[];
  /** Why nothing, or not everything, is known. */
  unknown?: string | undefined;
}

export interface Examination {
  /** Names of the pools that were looked at. */
  pools: string[];
  outcomes: Outcome[];
}

/** A name is for recognising an object; its id is beside it. */
const maxName = 80;

/**
 * Runs rules over what they need, each collection read once.
 * @throws XoError when nothing could be read at all, or there is no such pool
 */
export async function examine(
  context: Context,
  rules: readonly Rule[],
  wantedPool?: string,
): Promise<Examination> {
  const { xo, now } = context;
  const readings = nothingRead();
  const { holdings } = readings;
  const needs = new Set(rules.flatMap(({ needs: own, names = [] }) => [...own, ...names]));
  // Those two always: for the names of pools, and to know what the others cannot show.
  const first = new Set<Need>(["servers", "pools"]);
  const others = needs.difference(first);

  const [sight] = await Promise.all([
    context.sight(),
    readInto(readings, xo, first),
    wantedPool === undefined ? readInto(readings, xo, others) : undefined,
  ]);
  refuseIfBlind(readings, first);
  const pool = wantedPool === undefined ? undefined : choosePool(readings, wantedPool);
  if (pool !== undefined) {
    holdings.pools = [pool];
    holdings.servers = holdings.servers.filter(({ poolId }) => poolId === pool.id);
    await readInto(readings, xo, others, pool.id);
  }
  refuseIfBlind(readings, first.union(needs));

  const gaps = new Gaps(readings, sight, pool?.id);
  gaps.tell(context);
  const poolNames = namesById(holdings.pools);
  const judge = async (rule: Rule): Promise<Outcome> => {
    const before = gaps.before(rule);
    if (before !== undefined) return { rule, objects: [], unknown: before };
    const moment = { now, sees: (need: Need) => gaps.sees(need) };
    const { found, unknown } = await rule.check(holdings, moment);
    const objects = found.map((object) => describe(object, poolNames));
    const after = gaps.after(rule, objects.length === 0);
    const reasons = [after, unknown].filter((reason) => reason !== undefined);
    return { rule, objects, unknown: reasons.length === 0 ? undefined : reasons.join("; ") };
  };
  const outcomes = await Promise.all(rules.map(judge));
  return { pools: [...poolNames.values()], outcomes };
}

function choosePool({ holdings, failures }: Readings, wanted: string) {
  const failure = failures.get("pools");
  if (failure !== undefined) throw failure;
  return choose("pools", holdings.pools, wanted);
}

/** A report in which every line says "unknown" is an error with one reason. */
function refuseIfBlind({ failures }: Readings, asked: ReadonlySet<Need>): void {
  const all: XoError[] = [...failures.values()];
  const [failure = undefined] = all.filter(({ kind }) => kind === "auth" || kind === "disabled");
  if (failure !== undefined) throw failure;
  if (all[0] !== undefined && asked.isSubsetOf(new Set(failures.keys()))) throw all[0];
}

function describe(
  { id, name_label, $pool, facts }: Found,
  poolNames: ReadonlyMap<string, string>,
): Record<string, unknown> {
  const named = $pool && $pool !== id && poolNames.size > 1;
  return {
    name_label: cleanText(name_label, maxName),
    id,
    ...(named ? { pool: poolNames.get($pool) ?? $pool } : {}),
    ...facts,
  };
}
