import * as z from "zod";
import { Vm } from "../../xo/records/vm.ts";
import { columnsOf } from "../column.ts";
import { listed } from "./listed.ts";

/** What a VM and a template are set to. */
export const VmSettings = Vm.pick({
  id: true,
  name_label: true,
  name_description: true,
  CPUs: true,
  memory: true,
  tags: true,
  secureBoot: true,
  isNestedVirtEnabled: true,
  viridian: true,
  virtualizationMode: true,
  auto_poweron: true,
  high_availability: true,
  blockedOperations: true,
  current_operations: true,
  installTime: true,
  $pool: true,
}).extend({
  boot: z.object({ firmware: z.string().nullish(), order: z.string().nullish() }).nullish(),
  coresPerSocket: z.number().nullish(),
  /** Per cent of one CPU; 0 is no cap. */
  cpuCap: z.number().nullish(),
  cpuWeight: z.number().nullish(),
  cpuMask: z.array(z.number()).nullish(),
  hasVendorDevice: z.boolean().nullish(),
  nicType: z.string().nullish(),
  /** Seconds. */
  startDelay: z.number().nullish(),
  vga: z.string().nullish(),
  /** MiB. */
  videoram: z.number().nullish(),
  VTPMs: z.array(z.unknown()).nullish(),
  VIFs: z.array(z.unknown()).nullish(),
});

const { column } = columnsOf<z.output<typeof VmSettings>>();

const mib = 1024 ** 2;

/** The columns of processors and memory. */
export const sizeColumns = {
  vcpus: column("count", ["CPUs"], (vm) => vm.CPUs?.number, { everyday: true }),
  vcpus_max: column("count", ["CPUs"], (vm) => vm.CPUs?.max, {
    says: "what it may have without a restart",
  }),
  cores_per_socket: column("count", ["coresPerSocket"], (vm) => vm.coresPerSocket),
  cpu_weight: column("count", ["cpuWeight"], (vm) => vm.cpuWeight, {
    says: "share of busy CPUs; NULL is Xen's 256",
  }),
  cpu_cap_percent: column("count", ["cpuCap"], (vm) => vm.cpuCap || undefined, {
    says: "100 is one CPU; NULL is no cap",
  }),
  cpu_mask: column("text", ["cpuMask"], (vm) => vm.cpuMask?.join(","), {
    says: "the host's CPUs that it is pinned to",
  }),
  memory_bytes: column("bytes", ["memory"], (vm) => vm.memory?.size, {
    says: "what it has now; off, its dynamic maximum",
    everyday: true,
  }),
  memory_dynamic_min_bytes: column("bytes", ["memory"], (vm) => vm.memory?.dynamic?.[0]),
  memory_dynamic_max_bytes: column("bytes", ["memory"], (vm) => vm.memory?.dynamic?.[1]),
  memory_static_min_bytes: column("bytes", ["memory"], (vm) => vm.memory?.static?.[0]),
  memory_static_max_bytes: column("bytes", ["memory"], (vm) => vm.memory?.static?.[1], {
    says: "what it can ever have without a shutdown",
  }),
};

/** The columns of firmware, power and devices. */
export const settingColumns = {
  firmware: column("text", ["boot"], (vm) => vm.boot?.firmware, {
    values: ["bios", "uefi"],
    everyday: true,
  }),
  boot_order: column("text", ["boot"], (vm) => vm.boot?.order, {
    says: "c is disk, d is disc, n is network: cdn tries the disk first",
  }),
  secure_boot: column("flag", ["secureBoot"], (vm) => vm.secureBoot, {
    says: "whether it is wanted, which only UEFI can; 0 also where it is left to the pool",
  }),
  has_vtpm: column("flag", ["VTPMs"], (vm) => vm.VTPMs && vm.VTPMs.length > 0),
  virtualization: column("text", ["virtualizationMode"], (vm) => vm.virtualizationMode, {
    values: ["hvm", "pv", "pvh", "pv_in_pvh"],
  }),
  viridian: column("flag", ["viridian"], (vm) => vm.viridian, {
    says: "whether the hypervisor shows itself as Hyper-V, as Windows wants",
  }),
  nested_virtualization: column("flag", ["isNestedVirtEnabled"], (vm) => vm.isNestedVirtEnabled),
  vga: column("text", ["vga"], (vm) => vm.vga, { values: ["std", "cirrus"] }),
  video_memory_bytes: column("bytes", ["videoram"], (vm) => vm.videoram && vm.videoram * mib),
  nic_type: column("text", ["nicType"], (vm) => vm.nicType, {
    says: "the emulated card; NULL is the hypervisor's own choice",
  }),
  nic_count: column("count", ["VIFs"], (vm) => vm.VIFs?.length),
  drivers_by_windows_update: column("flag", ["hasVendorDevice"], (vm) => vm.hasVendorDevice),
  auto_poweron: column("flag", ["auto_poweron"], (vm) => vm.auto_poweron, {
    says: "a wish, which needs the pool's own",
    everyday: true,
  }),
  high_availability: column("text", ["high_availability"], (vm) => vm.high_availability, {
    says: "a wish, which needs the pool's HA; NULL is none",
    values: ["restart", "best-effort"],
    everyday: true,
  }),
  start_delay_s: column("count", ["startDelay"], (vm) => vm.startDelay, {
    says: "how long the next in the order waits for it",
  }),
  installed_at: column("time", ["installTime"], (vm) => vm.installTime, {
    says: "when it was first made, or its template or export was",
  }),
  tags: column("text", ["tags"], (vm) => listed(vm.tags), {
    says: "all, one after the other; the table tags has one a row",
    everyday: true,
  }),
  blocked_operations: column(
    "text",
    ["blockedOperations"],
    (vm) => listed(Object.keys(vm.blockedOperations ?? {})),
    { says: "that XO refuses for it" },
  ),
  current_operations: column("text", ["current_operations"], (vm) =>
    listed(Object.values(vm.current_operations ?? {})),
  ),
};
