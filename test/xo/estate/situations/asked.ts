import { ofType } from "../records.ts";
import { situationsOf } from "./situation.ts";

export const askedSituations = situationsOf({
  /** VMs whose tags hold one another's name, and three of them without any. */
  "tags-in-tags": (estate) => {
    const vms = ofType(estate, "VM");
    for (const vm of vms) vm.tags = vm.tags.map((tag) => (tag === "test" ? "non-prod" : tag));
    for (const vm of vms.filter(({ tags }) => tags.includes("dev")).slice(0, 3)) vm.tags = [];
  },
});
