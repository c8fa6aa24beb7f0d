import { ofType } from "../records.ts";
import { situationsOf } from "./situation.ts";

export const askedSituations = situationsOf({
  /** Nothing has a name: XAPI takes an empty one, and one of blanks alone. */
  nameless: (estate) => {
    let count = 0;
    for (const record of estate.objects.values()) {
      if ("name_label" in record) record.name_label = count++ % 2 === 0 ? "" : " ";
    }
  },
  /** VMs whose tags hold one another's name, and three of them without any. */
  "tags-in-tags": (estate) => {
    const vms = ofType(estate, "VM");
    for (const vm of vms) vm.tags = vm.tags.map((tag) => (tag === "test" ? "non-prod" : tag));
    for (const vm of vms.filter(({ tags }) => tags.includes("dev")).slice(0, 3)) vm.tags = [];
  },
});
