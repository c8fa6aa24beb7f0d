import { Random } from "./random.ts";
import type { VmPlan } from "./vm-plan.ts";

/** Much of little, little of much: the mean memory stays what a host can hold 80 times. */
const MEMORY_GIB = [1, 1, 1, 1, 2, 2, 2, 2, 2, 4, 4, 4, 4, 4, 8, 8, 8, 16, 16, 32];
const CPUS = [1, 1, 1, 2, 2, 2, 2, 2, 4, 4, 4, 6, 8, 12, 16];

/** Makes a VM that is kept for no trap unlike its neighbours, as in an estate that grew over years. */
export function spread(plan: VmPlan): void {
  const random = new Random(`spread/${plan.key}`);
  plan.cpus = random.pick(CPUS);
  plan.memoryGib = random.chance(0.004) ? 64 : random.pick(MEMORY_GIB);
  plan.ageDays = random.chance(0.06) ? random.int(16, 60) : old(random);
  plan.snapshots = random.chance(0.7) ? 0 : 1 + Math.floor(7 * random.next() ** 3);
  if (random.chance(0.05)) plan.tags = [];
  for (let more = random.chance(0.08) ? random.int(1, 4) : 0; more > 0; more--) {
    plan.disksGib.push(random.pick([10, 80, 250, 500, 1000]));
  }
  plan.split = plan.disksGib.length > 1 && random.chance(0.4);
  plan.lab = random.chance(0.006);
}

/** From half a year to nine years, most of them young. */
function old(random: Random): number {
  return 180 + Math.floor(3100 * random.next() ** 2);
}
