import { DeviceVm, hasDevices } from "../../estate/devices.ts";
import { Pgpu } from "../../xo/records/pgpu.ts";
import { fact } from "../fact.ts";

/** The GPU that a PCI device is, by the device's id. */
export const gpus = fact(["pgpus"], async ({ xo }) => {
  const found = await xo.records("pgpus", Pgpu);
  return new Map(found.map((gpu) => [gpu.pci ?? "", gpu]));
});

/** The VMs that have a device of a host, or are set to one. */
export const deviceVms = fact(["vms"], async ({ xo }) => {
  const vms = await xo.records("vms", DeviceVm);
  return vms.filter(hasDevices);
});
