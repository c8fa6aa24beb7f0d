import type { Holdings } from "../holdings.ts";
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

/**
 * What XO makes of the drivers' versions. It says false, too, of a Windows VM that never reported or
 * whose drivers it does not see; "no-pv-drivers-detected" stands for drivers that are there, of
 * versions that are not told (xapi-object-to-xo.mjs, isVmVulnerable_XSA468).
 */
function exposure(vm: Holdings["vms"][number]) {
  // With this tag, XO's own pages hide it as well.
  if (vm.tags?.includes("HIDE_XSA468")) return "hidden";
  const told = vm.vulnerabilities?.xsa468;
  if (told === null || told === undefined) return "unknown";
  if (told === false) return mayBeWindows(vm) && !vm.pvDriversDetected ? "unknown" : "not open";
  return told !== true && told.reason === "no-pv-drivers-detected" ? "perhaps" : "open";
}

function mayBeWindows({ viridian, os_version }: Holdings["vms"][number]): boolean {
  const told = os_version?.distro ?? os_version?.name;
  return told ? /windows/i.test(told) : viridian === true;
}
