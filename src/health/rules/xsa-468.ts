import { exposure } from "../../estate/xsa-468.ts";
import { countOf, defineRule } from "../rule.ts";

export const xsa468 = defineRule({
  id: "xsa-468",
  severity: "warning",
  title: "Windows VMs open to XSA-468, or perhaps open",
  why: "Their Xen drivers let any user of the guest become its administrator (CVE-2025-27462 to 27464).",
  where:
    "get_vm_details, guest: update the guest tools. https://xenbits.xen.org/xsa/advisory-468.html",
  needs: ["vms"],
  check({ vms }) {
    const judged = vms.map((vm) => ({ vm, state: exposure(vm) }));
    const untold = judged.filter(({ state }) => state === "unknown").length;
    return {
      found: judged.flatMap(({ vm, state }) => {
        if (state !== "open" && state !== "perhaps") return [];
        const drivers =
          state === "open" ? vm.pvDriversVersion : "installed, but their versions are not told";
        return [{ ...vm, facts: { drivers } }];
      }),
      unknown: countOf(
        untold,
        "VM",
        "of which XO did not tell, or saw no drivers that it can judge",
      ),
    };
  },
});
