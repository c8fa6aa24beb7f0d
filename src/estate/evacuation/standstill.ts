import type { EvacuatedVm } from "./around.ts";
import type { Obstacle } from "./obstacle.ts";

const stopIt = "shut it down for the time";

/**
 * What keeps a VM from being moved while it runs, wherever to (xapi_vm_lifecycle.ml, the checks of
 * `pool_migrate`). XO does not tell three of them: USB devices, the flag `nomigrate`, and whether a
 * guest forbids or announces that it can be suspended.
 */
export function standstills(vm: EvacuatedVm, usesVirtualFunction: boolean): Obstacle[] {
  const { power_state, $VGPUs, isNestedVirtEnabled, blockedOperations } = vm;
  const pcis = vm.attachedPcis ?? [];
  const operations = [...new Set(Object.values(vm.current_operations ?? {}))];
  const obstacles: (Obstacle | undefined)[] = [
    when(Object.hasOwn(blockedOperations ?? {}, "pool_migrate"), {
      why: "its migration is blocked by hand",
      mend: "unblock it in XO, on the VM's advanced tab",
    }),
    when(power_state === "Paused", { why: "it is paused", mend: "resume it or shut it down" }),
    when(operations.length > 0, {
      why: `an operation is going on (${operations.join(", ")})`,
      mend: "wait until it is over",
    }),
    when(isNestedVirtEnabled === true, { why: "it uses nested virtualisation", mend: stopIt }),
    driversOf(vm),
    when(pcis.length > 0, { why: "a PCI device is passed through to it", mend: stopIt }),
    when(usesVirtualFunction, {
      why: "it has an SR-IOV interface, which is a PCI device of the host",
      mend: `${stopIt}, or put the interface on another network`,
    }),
    ($VGPUs ?? []).length > 0
      ? {
          why: "it has a vGPU: only NVIDIA's can move, and XO does not tell whose it is",
          mend: `${stopIt}, unless XAPI moves it`,
          certain: false,
        }
      : undefined,
  ];
  return obstacles.filter((obstacle) => obstacle !== undefined);
}

/**
 * XAPI asks for the version of the guest's agent, or for `feature-suspend`, which only the guest
 * tells: Linux kernels do by themselves. So drivers without an agent are no obstacle here.
 */
function driversOf(vm: EvacuatedVm): Obstacle | undefined {
  if (vm.virtualizationMode && vm.virtualizationMode !== "hvm") return undefined;
  return when(!vm.pvDriversVersion && vm.pvDriversDetected !== true, {
    why: "it has no PV drivers, as far as XO tells",
    mend: `install the guest tools, or ${stopIt}`,
  });
}

function when(holds: boolean, found: Omit<Obstacle, "certain">): Obstacle | undefined {
  return holds ? { ...found, certain: true } : undefined;
}
