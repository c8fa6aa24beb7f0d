import { connectionGaps, uncheckedPools } from "../estate/gaps.ts";
import type { Sight } from "../estate/sight.ts";
import type { Context } from "../tool.ts";
import { isOfPools, type Need, type Readings } from "./holdings.ts";
import type { Rule } from "./rule.ts";

/** What the readings leave open, for the rules and for the reader. */
export class Gaps {
  readonly #readings: Readings;
  readonly #sight: Sight;
  /** A sentence on the pools that may be missing, where it matters. */
  readonly #pools: string | undefined;

  /** @param onePool whether one pool was asked for: XO shows it, so the others do not matter */
  constructor(readings: Readings, sight: Sight, onePool: boolean) {
    this.#readings = readings;
    this.#sight = sight;
    this.#pools = onePool ? undefined : missing(readings, sight);
  }

  /** Why a rule cannot be run at all. */
  before(rule: Rule): string | undefined {
    for (const need of rule.needs) {
      const failure = this.#readings.failures.get(need);
      if (failure !== undefined) return `${need} could not be read: ${failure.message}`;
    }
    return undefined;
  }

  /** Why a rule that found nothing may have missed something. */
  after(rule: Rule): string | undefined {
    const partial = rule.needs.some((need) => !this.#sight.whole(need));
    const reasons = [
      partial
        ? `${this.#sight.reason} and may see only a part of what this check reads`
        : undefined,
      rule.needs.some(isOfPools) ? this.#pools?.replace(/\.$/, "") : undefined,
    ].filter((reason) => reason !== undefined);
    return reasons.length === 0 ? undefined : reasons.join("; ");
  }

  /** Says once what holds for the whole report. */
  tell({ warn }: Pick<Context, "warn">, needs: Iterable<Need>): void {
    if (this.#pools !== undefined) warn(this.#pools);
    const partial = [...needs].filter((need) => !this.#sight.whole(need));
    if (partial.length === 0) return;
    const { reason } = this.#sight;
    warn(
      `${reason.charAt(0).toUpperCase()}${reason.slice(1)}: counts are of what it may see. Perhaps not all are seen of: ${partial.toSorted().join(", ")}.`,
    );
  }
}

function missing({ holdings, failures }: Readings, sight: Sight): string | undefined {
  const { servers, pools } = holdings;
  if (failures.has("servers") || (servers.length === 0 && !sight.whole("servers"))) {
    return uncheckedPools;
  }
  const all = sight.whole("pools") && !failures.has("pools");
  const shown = all ? new Set(pools.map(({ id }) => id)) : undefined;
  const gaps = connectionGaps(servers, shown);
  return gaps.length === 0 ? undefined : gaps.join(" ");
}
