import type * as z from "zod";
import { hiddenFromDom0, holdersAmong } from "../../estate/devices.ts";
import { Pci } from "../../xo/records/pci.ts";
import { columnsOf } from "../column.ts";
import { listed } from "../columns/listed.ts";
import { seldomPool } from "../columns/pool-pair.ts";
import { deviceVms, gpus } from "../facts/devices.ts";
import { both } from "../fact.ts";
import { hostNames } from "../facts/names.ts";
import { defineTable, recordsOf } from "../table.ts";

type PciRow = z.output<typeof Pci>;

const { column, joined, overAll } = columnsOf<PciRow>();

const holders = both(gpus, deviceVms);
const whole = ["id", "pci_id", "$host", "$pool"] as const;

export const devices = defineTable({
  name: "devices",
  says: "PCI devices of hosts: network, storage and display controllers, GPUs among them, with the VMs that have them",
  example: "select host, name, vm from devices where is_gpu = 1",
  from: ["pcis"],
  read: recordsOf("pcis", Pci),
  columns: {
    id: column("id", ["id"], ({ id }) => id),
    name: column("text", ["device_name"], (pci) => pci.device_name),
    class: column("text", ["class_name"], (pci) => pci.class_name, { everyday: true }),
    pci_address: column("text", ["pci_id"], (pci) => pci.pci_id, {
      says: "on its host; other hosts have the same",
    }),
    host: joined(hostNames, "text", ["$host"], (pci, names) => names.get(pci.$host ?? ""), {
      everyday: true,
    }),
    host_id: column("id", ["$host"], (pci) => pci.$host),
    ...seldomPool,
    is_gpu: overAll(gpus, "flag", ["id"], ({ id }, known) => known.has(id), { everyday: true }),
    vm: joined(holders, "text", whole, (pci, known) => soleOf(pci, known)?.name_label, {
      says: "the one VM that has it now; several that share a GPU are in used_by",
      everyday: true,
    }),
    vm_id: joined(holders, "id", whole, (pci, known) => soleOf(pci, known)?.id),
    used_by: joined(holders, "text", whole, (pci, known) => namesOf(of(pci, known).using), {
      says: "all VMs that have it now",
    }),
    used_by_ids: joined(holders, "text", whole, (pci, known) => idsOf(of(pci, known).using)),
    set_for: joined(holders, "text", whole, (pci, known) => namesOf(of(pci, known).waiting), {
      says: "VMs that are off and would have it from their next start on",
    }),
    set_for_ids: joined(holders, "text", whole, (pci, known) => idsOf(of(pci, known).waiting)),
    vgpu_count: joined(gpus, "count", ["id"], ({ id }, known) => known.get(id)?.vgpus?.length, {
      says: "of a GPU: those of VMs that run",
    }),
    hidden_from_dom0: joined(
      gpus,
      "text",
      ["id"],
      ({ id }, known) => {
        const gpu = known.get(id);
        return gpu && hiddenFromDom0(gpu);
      },
      {
        says: "of a GPU: kept from the control domain, as one that is passed through has to be",
        values: ["yes", "no", "from its next reboot on", "until its next reboot"],
      },
    ),
    is_system_display: joined(
      gpus,
      "flag",
      ["id"],
      ({ id }, known) => known.get(id)?.isSystemDisplayDevice,
    ),
  },
});

type Known = Awaited<ReturnType<typeof holders.in>>;
type Row = Pick<PciRow, (typeof whole)[number]>;

function of(pci: Row, [gpuOf, vms]: Known) {
  return holdersAmong(pci, gpuOf.get(pci.id), vms);
}

function soleOf(pci: Row, known: Known) {
  const [first, ...others] = of(pci, known).using;
  return others.length === 0 ? first : undefined;
}

function namesOf(vms: readonly { name_label: string }[]) {
  return listed(vms.map(({ name_label }) => name_label));
}

function idsOf(vms: readonly { id: string }[]) {
  return listed(vms.map(({ id }) => id));
}
