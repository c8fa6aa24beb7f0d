import * as z from "zod";

/** A hypervisor. */
export const Host = z.object({
  id: z.string(),
  name_label: z.string().default(""),
  productBrand: z.string().nullish(),
  version: z.string().nullish(),
  /** Whether XAPI heard of it lately, as Running or Halted: one cut off looks halted. Unknown without metrics. */
  power_state: z.string().nullish(),
  /** Whether it may take VMs. False in maintenance mode, and while it starts; true also of a dead one. */
  enabled: z.boolean().nullish(),
  /** The VM in which the host itself runs. */
  controlDomain: z.string().nullish(),
  $pool: z.string().nullish(),
  /** Logical CPUs; XO calls them cores. */
  cpus: z.object({ cores: z.number().nullish() }).nullish(),
  /** Bytes. XO rounds the size up to whole GiB, and the usage with it: what is between them is exact while it runs. Off: no usage; both 0 where XAPI has no metrics. */
  memory: z.object({ size: z.number().nullish(), usage: z.number().nullish() }).nullish(),
  /** Unix seconds of its last boot. */
  startTime: z.number().nullish(),
  /**
   * XCP-ng: packages were installed after its last boot, whether they ask for one or not. XenServer:
   * updates that say that they need it.
   */
  rebootRequired: z.boolean().nullish(),
  /** These values alone: what else is in the map may be secret. */
  otherConfig: z
    .object({
      /** Unix seconds as text, with a fraction. */
      rpm_patch_installation_time: z.string().nullish(),
      /** "[1, 2]": of a host that boots from a LUN, the paths that work and the most that there were. */
      "mpath-boot": z.string().nullish(),
    })
    .nullish(),
  /** Absent where the hypervisor is older than XAPI's own certificates. */
  certificates: z
    .array(
      z.object({
        /** Unix seconds. */
        notAfter: z.number().nullish(),
      }),
    )
    .nullish(),
  /** Unix seconds; in 2099 for XCP-ng, which needs none. */
  license_expiry: z.number().nullish(),
});

/** The same with what is told of one host alone. */
export const HostDetails = Host.extend({
  name_description: z.string().nullish(),
  address: z.string().nullish(),
  tags: z.array(z.string()).nullish(),
  cpus: z.object({ cores: z.number().nullish(), sockets: z.number().nullish() }).nullish(),
  CPUs: z
    .object({ modelname: z.string().nullish(), threads_per_core: z.string().nullish() })
    .nullish(),
  bios_strings: z
    .object({
      "system-manufacturer": z.string().nullish(),
      "system-product-name": z.string().nullish(),
      "system-serial-number": z.string().nullish(),
      "bios-version": z.string().nullish(),
    })
    .nullish(),
  /** Whether the CPU's virtualisation is switched on in its firmware. */
  hvmCapable: z.boolean().nullish(),
  chipset_info: z.object({ iommu: z.boolean().nullish() }).nullish(),
  /** Whether it is switched on, not whether there are several paths. */
  multipathing: z.boolean().nullish(),
  current_operations: z.record(z.string(), z.string()).nullish(),
});
