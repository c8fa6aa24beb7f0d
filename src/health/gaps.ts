import { type Sentence, together } from "../sentence.ts";
import { connectionGaps, uncheckedPools } from "../estate/gaps.ts";
import type { Sight } from "../sight/sight.ts";
import type { Context } from "../tool.ts";
import { isOfPools, type Need, type Readings } from "./holdings.ts";
import type { Rule } from "./rule.ts";

/** What the readings leave open, for the rules and for the reader. */
export class Gaps {
  readonly #readings: Readings;
  readonly #sight: Sight;
  readonly #poolId: string | undefined;
  /** A sentence on the pools that may be missing, where it matters. */
  readonly #pools: Sentence | undefined;

  /** @param poolId the pool that was asked for: XO shows it, so the others do not matter */
  constructor(readings: Readings, sight: Sight, poolId?: string) {
    this.#readings = readings;
    this.#sight = sight;
    this.#poolId = poolId;
    this.#pools = poolId === undefined ? missing(readings, sight) : undefined;
  }

  /** Why a rule cannot be run at all. */
  before({ needs, whole = [] }: Rule): string | undefined {
    for (const need of needs) {
      const failure = this.#readings.failures.get(need);
      if (failure !== undefined) return `${need} could not be read: ${failure.message}`;
    }
    return this.#sight.lack(whole, this.#poolId);
  }

  /** Why a rule may have missed something. */
  after(rule: Rule, foundNothing: boolean): string | undefined {
    // Of what was found the names and other facts may be missing, too.
    const judged = foundNothing ? rule.needs : [...rule.needs, ...(rule.names ?? [])];
    const lack = this.#sight.lack(judged, this.#poolId);
    // One reason is enough, and a warning tells of the pools.
    if (lack !== undefined) return lack;
    // What was found is true whatever else there may be; "nothing" needs to have seen everything.
    return foundNothing && rule.needs.some(isOfPools) ? this.#pools?.replace(/\.$/, "") : undefined;
  }

  sees(need: Need): boolean {
    return this.#sight.whole(need, this.#poolId);
  }

  /** Says once what holds for the whole report. */
  tell({ warn }: Pick<Context, "warn">): void {
    if (this.#pools !== undefined) warn(this.#pools);
  }
}

function missing({ holdings, failures }: Readings, sight: Sight): Sentence | undefined {
  const { servers, pools } = holdings;
  if (failures.has("servers") || !sight.whole("servers")) {
    return uncheckedPools;
  }
  const all = sight.whole("pools") && !failures.has("pools");
  const shown = all ? new Set(pools.map(({ id }) => id)) : undefined;
  const gaps = connectionGaps(servers, shown);
  return gaps.length === 0 ? undefined : together(gaps, " ");
}
