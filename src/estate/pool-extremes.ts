import type * as z from "zod";
import type { Sr } from "../xo/records/sr.ts";
import { cpusOf, type HostSize, memoryOf, type VmSize } from "./capacity.ts";
import { namesById } from "./name.ts";
import { holdsDisks, spaceOf, usedPercent } from "./space.ts";
import { sumOf } from "./sum-of.ts";

type SrRecord = Pick<
  z.output<typeof Sr>,
  "id" | "name_label" | "shared" | "SR_type" | "content_type" | "size" | "physical_usage"
>;

/** How many are named: of one pool, and of each of several. */
const shown = { one: 5, several: 1 };

const shownOf = (pools: number): number => (pools > 1 ? shown.several : shown.one);

/** What a pool's storage holds in all, and the fullest of it. */
export function fullestOf(srs: readonly SrRecord[], pools: number) {
  const usable = srs.filter(holdsDisks);
  const totals = (own: readonly SrRecord[]) => {
    const told = own.flatMap((sr) => spaceOf(sr) ?? []);
    return {
      total_bytes: sumOf(told, ({ size_bytes }) => size_bytes),
      used_bytes: sumOf(told, ({ used_bytes }) => used_bytes),
    };
  };
  return {
    shared: totals(usable.filter(({ shared }) => shared === true)),
    local: totals(usable.filter(({ shared }) => shared !== true)),
    fullest: usable
      .flatMap(({ name_label, id, ...sr }) => {
        const used_percent = usedPercent(sr);
        return used_percent === undefined ? [] : [{ name_label, id, used_percent }];
      })
      .toSorted((a, b) => b.used_percent - a.used_percent)
      .slice(0, shownOf(pools)),
  };
}

/** The VMs with most memory, running or not. */
export function biggestOf(vms: readonly VmSize[], hosts: readonly HostSize[], pools: number) {
  const names = namesById(hosts);
  return vms
    .toSorted(
      (a, b) => memoryOf(b) - memoryOf(a) || cpusOf(b) - cpusOf(a) || (a.id < b.id ? -1 : 1),
    )
    .slice(0, shownOf(pools))
    .map((vm) => ({
      id: vm.id,
      name_label: vm.name_label,
      power_state: vm.power_state,
      memory_bytes: memoryOf(vm),
      cpus: cpusOf(vm),
      host: names.get(vm.$container ?? ""),
    }));
}
