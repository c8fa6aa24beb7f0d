import type { Holdings } from "../holdings.ts";
import { countOf, defineRule } from "../rule.ts";

export const xsa468 = defineRule({
  id: "xsa-468",
  severity: "warning",
  title: "Windows VMs open to XSA-468",
  why: "Their Xen drivers let any user of the guest become its administrator (CVE-2025-27462 to 27464).",
  where:
    "get_vm_details, guest: update the guest tools. https://xenbits.xen.org/xsa/advisory-468.html",
  needs: ["vms"],
  check({ vms }) {
    const judged = vms.map((vm) => ({ vm, state: exposure(vm) }));
    const untold = judged.filter(({ state }) => state === "unknown").length;
    return {
      found: judged.flatMap(({ vm, state }) =>
        state === "open" ? [{ ...vm, facts: { drivers: vm.pvDriversVersion } }] : [],
      ),
      unknown: countOf(untold, "VM", "of which XO did not tell, or saw no drivers"),
    };
  },
});

/** What XO makes of the drivers' version; a Windows VM whose drivers it does not see is no "not open". */
function exposure({ vulnerabilities, tags }: Holdings["vms"][number]) {
  // With this tag, XO's own pages hide it as well.
  if (tags?.includes("HIDE_XSA468")) return "hidden";
  const told = vulnerabilities?.xsa468;
  if (typeof told === "boolean") return told ? "open" : "not open";
  if (told === null || told === undefined) return "unknown";
  return told.reason === "no-pv-drivers-detected" ? "unknown" : "open";
}
