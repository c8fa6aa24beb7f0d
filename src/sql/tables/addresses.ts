import { isResident } from "../../estate/capacity.ts";
import { silentHostOf } from "../../estate/stranded.ts";
import { addressesByDevice } from "../../estate/vm-interfaces.ts";
import type { Context } from "../../tool.ts";
import { addressOf, lengthOf } from "../../xo/ip.ts";
import { Pif } from "../../xo/records/pif.ts";
import * as z from "zod";
import { Vm } from "../../xo/records/vm.ts";
import { columnsOf } from "../column.ts";
import { seldomPool } from "../columns/pool-pair.ts";
import { both } from "../fact.ts";
import { hostStates } from "../facts/host-states.ts";
import { hostNames, networkNames, vmNames } from "../facts/names.ts";
import { vmPlugs } from "../facts/vm-plugs.ts";
import { defineTable } from "../table.ts";

const Guest = Vm.pick({
  id: true,
  power_state: true,
  $container: true,
  $pool: true,
  addresses: true,
});
const Interface = Pif.pick({
  id: true,
  device: true,
  ip: true,
  mac: true,
  management: true,
  $host: true,
  $network: true,
  $pool: true,
}).extend({ ipv6: z.array(z.string()).nullish(), netmask: z.string().nullish() });

/** An address as one of a VM's or a host's interface has it. */
interface Row {
  kind: "vm" | "host";
  objectId: string;
  device: string;
  text: string;
  /** Of a host's interface, where it is told beside the address. */
  netmask?: string | undefined;
  /** Nothing where the host is not seen, which may be silent. */
  isCurrent: boolean | undefined;
  /** The interface, where that is known without a look at others. */
  pif?: z.output<typeof Interface>;
  $pool?: string | null | undefined;
}

const { column, joined } = columnsOf<Row>();

const place = ["objectId", "device", "pif"] as const;
const owner = ["kind", "objectId"] as const;

export const addresses = defineTable({
  name: "addresses",
  says: "IP addresses of VMs, as their guests tell, and of hosts: one a row",
  example: "select object, address from addresses where kind = 'vm' and address like '10.20.%'",
  from: [],
  parts: ["vms", "pifs"],
  read: async (context) => (await Promise.all([ofVms(context), ofHosts(context)])).flat(),
  columns: {
    id: column(
      "id",
      ["objectId", "device", "text", "pif"],
      ({ objectId, device, text, pif }) => `${pif?.id ?? `${objectId}/${device}`}/${plain(text)}`,
    ),
    address: column("text", ["text"], ({ text }) => plain(text), { everyday: true }),
    ip_version: column("count", ["text"], ({ text }) => addressOf(text)?.version, {
      says: "4 or 6",
    }),
    kind: column("text", ["kind"], ({ kind }) => kind, {
      says: "whose it is",
      values: ["vm", "host"],
      everyday: true,
    }),
    object: joined(
      both(vmNames, hostNames),
      "text",
      owner,
      ({ kind, objectId }, [vms, hosts]) => (kind === "vm" ? vms : hosts).get(objectId),
      { says: "the VM or the host", everyday: true },
    ),
    object_id: column("id", ["objectId"], ({ objectId }) => objectId),
    is_current: joined(hostStates, "flag", ["isCurrent"], ({ isCurrent }) => isCurrent, {
      says: "0: the last known of one that is off or silent, which another may have by now",
      everyday: true,
    }),
    is_link_local: column("flag", ["text"], ({ text }) => addressOf(text)?.isLinkLocal),
    prefix_length: column(
      "count",
      ["text", "netmask"],
      ({ text, netmask }) => addressOf(text)?.length ?? lengthOf(netmask ?? ""),
      { says: "of hosts alone" },
    ),
    device: column("text", ["device"], ({ device }) => device),
    mac: joined(vmPlugs, "text", place, (row, plugs) =>
      (row.pif?.mac ?? plugs.get(plugOf(row))?.MAC)?.toLowerCase(),
    ),
    vm_nic_id: joined(vmPlugs, "id", place, (row, plugs) => plugs.get(plugOf(row))?.id),
    host_nic_id: column("id", ["pif"], ({ pif }) => pif?.id),
    network: joined(
      both(vmPlugs, networkNames),
      "text",
      place,
      (row, [plugs, names]) =>
        names.get(row.pif?.$network ?? plugs.get(plugOf(row))?.$network ?? ""),
      { everyday: true },
    ),
    network_id: joined(
      vmPlugs,
      "id",
      place,
      (row, plugs) => row.pif?.$network ?? plugs.get(plugOf(row))?.$network,
    ),
    ...seldomPool,
    is_management: column("flag", ["pif"], ({ pif }) => pif?.management, {
      says: "of a host: whether it is managed through it",
    }),
  },
});

async function ofVms(context: Context): Promise<Row[]> {
  const [vms, hosts] = await Promise.all([
    context.xo.records("vms", Guest),
    hostStates.in(context),
  ]);
  return vms.flatMap((vm) =>
    [...addressesByDevice(vm.addresses ?? {})].flatMap(([device, texts]) =>
      distinct(texts).map((text) => ({
        kind: "vm" as const,
        objectId: vm.id,
        device,
        text,
        isCurrent: isCurrent(vm, hosts),
        $pool: vm.$pool,
      })),
    ),
  );
}

async function ofHosts(context: Context): Promise<Row[]> {
  const [pifs, hosts] = await Promise.all([
    context.xo.records("pifs", Interface),
    hostStates.in(context),
  ]);
  return pifs.flatMap((pif) => {
    const host = hosts.get(pif.$host ?? "");
    const texts = [pif.ip, ...(pif.ipv6 ?? [])].flatMap((text) => text || []);
    return distinct(texts).map((text) => ({
      kind: "host" as const,
      objectId: pif.$host ?? "",
      device: pif.device ?? "",
      text,
      netmask: text === pif.ip ? (pif.netmask ?? undefined) : undefined,
      isCurrent: host && host.power_state === "Running",
      pif,
      $pool: pif.$pool,
    }));
  });
}

function isCurrent(
  vm: z.output<typeof Guest>,
  hosts: Awaited<ReturnType<typeof hostStates.in>>,
): boolean | undefined {
  if (!isResident(vm)) return false;
  return hosts.has(vm.$container ?? "") ? silentHostOf(vm, hosts) === undefined : undefined;
}

/** Each address of an interface once, in whichever form it is written. */
function distinct(texts: readonly string[]): string[] {
  return [...new Map(texts.map((text) => [plain(text), text])).values()];
}

/** What no address can be read from stays as the guest told it. */
function plain(text: string): string {
  return addressOf(text)?.address ?? text;
}

function plugOf({ objectId, device }: Pick<Row, "objectId" | "device">): string {
  return `${objectId}/${device}`;
}
