import * as z from "zod";

/**
 * A virtual machine. What it has of guest tools is absent while it is on no host: unknown, not
 * missing. What they reported (addresses, system) stays until its next start (xapi_vm.ml, start).
 */
export const Vm = z.object({
  id: z.string(),
  name_label: z.string().default(""),
  name_description: z.string().nullish(),
  notes: z.string().nullish(),
  /** Running, Halted, Paused or Suspended. */
  power_state: z.string().default("Unknown"),
  /**
   * `number` is what it was started with, or would be; what runs where guest tools are seen. `max` is
   * what it may have without a restart.
   */
  CPUs: z.object({ number: z.number().nullish(), max: z.number().nullish() }).nullish(),
  /** Bytes. */
  memory: z
    .object({
      /** Off: its dynamic maximum. Running: what it has, or what its guest says that it has. */
      size: z.number().nullish(),
      /** The least and the most that it has while it runs. */
      dynamic: z.array(z.number()).nullish(),
      /** What it may ever have, for which XAPI sets memory aside beside it (memory.ml). */
      static: z.array(z.number()).nullish(),
    })
    .nullish(),
  $pool: z.string().nullish(),
  /**
   * The host of a VM on one; else the pool, or the host whose local storage has a disk of it:
   * `hostOf` and `onHost` in `src/estate/residence.ts` tell them apart.
   */
  $container: z.string().nullish(),
  /** Its links to disks and drives. */
  $VBDs: z.array(z.string()).nullish(),
  /** Unix seconds of its last start, also of one that is off since. */
  startTime: z.number().nullish(),
  /** Unix seconds: when it was first made, or its template or export was. */
  installTime: z.number().nullish(),
  /**
   * By device, protocol and position ("0/ipv4/1"); a value may hold several, set apart by blanks. Of
   * a VM that is off the last known, which another may have by now.
   */
  addresses: z.record(z.string(), z.string()).nullish(),
  mainIpAddress: z.string().nullish(),
  os_version: z.object({ name: z.string().nullish(), distro: z.string().nullish() }).nullish(),
  /** Whether the guest told a version of its tools; the drivers of a kernel alone tell none. */
  managementAgentDetected: z.boolean().nullish(),
  pvDriversDetected: z.boolean().nullish(),
  pvDriversVersion: z.string().nullish(),
  tags: z.array(z.string()).nullish(),
  /**
   * Addresses of PCI devices (0000:02:00.0): what the VM's next start passes through to it, which may
   * have been set since it started (`other_config.pci`).
   */
  attachedPcis: z.array(z.string().nullable()).nullish(),
  /** Ids of its vGPUs: all that REST tells of them. */
  $VGPUs: z.array(z.string()).nullish(),
  isNestedVirtEnabled: z.boolean().nullish(),
  /** A wish: it needs the pool's own `auto_poweron` beside it (xapi-autostart-vms). */
  auto_poweron: z.boolean().nullish(),
  /** restart, best-effort, or empty for neither; a wish as long as the pool's HA is off. */
  high_availability: z.string().nullish(),
  /** Whether the hypervisor behaves like Hyper-V, as the templates for Windows ask. */
  viridian: z.boolean().nullish(),
  virtualizationMode: z.string().nullish(),
  boot: z.object({ firmware: z.string().nullish() }).nullish(),
  /** Whether it is asked for; a BIOS cannot, and "auto" of XAPI shows as false. */
  secureBoot: z.boolean().nullish(),
  /** By task; those whose task XO does not know are left out. */
  current_operations: z.record(z.string(), z.string()).nullish(),
  /** Operations that XO refuses for this VM, each with the reason. */
  blockedOperations: z.record(z.string(), z.unknown()).nullish(),
  /** The marks of XO's backups on a replica, and nothing else: the rest of `other` is never asked for. */
  other: z
    .object({
      "xo:backup:job": z.string().nullish(),
      /** The id of the VM that it is a copy of. */
      "xo:backup:vm": z.string().nullish(),
    })
    .nullish(),
  /** What XO found out about known holes; absent where XO is too old to look. */
  vulnerabilities: z
    .object({
      /**
       * Why the VM may be open to it. False also of one whose drivers XO does not see, or that never
       * reported anything (xapi-object-to-xo.mjs, isVmVulnerable_XSA468).
       */
      xsa468: z
        .union([
          z.boolean(),
          z.object({ reason: z.string().nullish(), version: z.string().nullish() }),
        ])
        .nullish(),
    })
    .nullish(),
});
