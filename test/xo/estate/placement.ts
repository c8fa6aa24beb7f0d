import { Random } from "./random.ts";
import type { HostRecord } from "./records.ts";
import { SEATS } from "./vm-traps.ts";
import type { VmPlan } from "./vm-plan.ts";
import { GIB, type Site } from "./world.ts";

/** What a host keeps free, so that none is over its memory. */
const RESERVE = 8 * GIB;

/**
 * Gives each VM its host. The VMs kept for traps go round the hosts; the others to where the share of
 * a host is least used, and hosts have different shares, so that some are busy and some nearly idle.
 */
export class Placement {
  readonly #site: Site;
  readonly #hosts: { host: HostRecord; weight: number }[];
  #turn = 0;

  constructor(site: Site) {
    this.#site = site;
    this.#hosts = site.hosts
      .filter((host) => host.power_state === "Running" && host.enabled)
      .map((host, number) => {
        const share = new Random(`share/${host.id}`).pick([0.3, 0.7, 1, 1, 1.3]);
        return { host, weight: host.memory.size * (site.index === 0 && number < 3 ? 1 : share) };
      });
  }

  /** @returns nothing where no host is up */
  next(plan: VmPlan, index: number): HostRecord | undefined {
    if (this.#site.index === 0 && index < SEATS) {
      return this.#hosts[this.#turn++ % Math.max(1, this.#hosts.length)]?.host;
    }
    const free = ({ memory }: HostRecord) => memory.size - memory.usage - RESERVE;
    const roomy = this.#hosts.filter(({ host }) => free(host) > plan.memoryGib * GIB);
    const [least] = (roomy.length === 0 ? this.#hosts : roomy).toSorted(
      (one, other) => one.host.memory.usage / one.weight - other.host.memory.usage / other.weight,
    );
    return least?.host;
  }
}
