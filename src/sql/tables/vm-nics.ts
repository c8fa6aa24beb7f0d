import * as z from "zod";
import { Vif } from "../../xo/records/vif.ts";
import { columnsOf } from "../column.ts";
import { poolPair } from "../columns/pool-pair.ts";
import { networkNames, vmNames } from "../facts/names.ts";
import { vlans } from "../facts/networks.ts";
import { defineTable, recordsOf } from "../table.ts";

const VifRow = Vif.extend({
  lockingMode: z.string().nullish(),
  /** Kilobytes a second. */
  rateLimit: z.number().nullish(),
  txChecksumming: z.boolean().nullish(),
  allowedIpv4Addresses: z.array(z.string()).nullish(),
  allowedIpv6Addresses: z.array(z.string()).nullish(),
  $pool: z.string().nullish(),
});

const { column, joined } = columnsOf<z.output<typeof VifRow>>();

const readVifs = recordsOf("vifs", VifRow);

export const vmNics = defineTable({
  name: "vm_nics",
  says: "network interfaces of VMs; those of templates and snapshots are none",
  example: "select mac, count(*), group_concat(vm) from vm_nics group by mac having count(*) > 1",
  from: ["vifs", "vms"],
  read: async (context, keys) => {
    const [vifs, names] = await Promise.all([
      readVifs(context, [...keys, "$VM"]),
      vmNames.in(context),
    ]);
    return vifs.filter(({ $VM }) => names.has($VM ?? ""));
  },
  columns: {
    id: column("id", ["id"], ({ id }) => id),
    vm: joined(vmNames, "text", ["$VM"], (vif, names) => names.get(vif.$VM ?? ""), {
      everyday: true,
    }),
    vm_id: column("id", ["$VM"], (vif) => vif.$VM),
    device: column("text", ["device"], (vif) => vif.device, { says: "its number in the VM" }),
    network: joined(
      networkNames,
      "text",
      ["$network"],
      (vif, names) => names.get(vif.$network ?? ""),
      { everyday: true },
    ),
    network_id: column("id", ["$network"], (vif) => vif.$network),
    vlan: joined(vlans, "count", ["$network"], (vif, known) => known.get(vif.$network ?? "")),
    ...poolPair,
    mac: column("text", ["MAC"], (vif) => vif.MAC?.toLowerCase(), { everyday: true }),
    mtu: column("count", ["MTU"], (vif) => vif.MTU, {
      says: "what it was made with; the network's own may be another by now",
    }),
    attached: column("flag", ["attached"], (vif) => vif.attached, {
      says: "0 of every VM that is off",
    }),
    locking_mode: column("text", ["lockingMode"], (vif) => vif.lockingMode, {
      values: ["network_default", "locked", "unlocked", "disabled"],
    }),
    allowed_ipv4: column("text", ["allowedIpv4Addresses"], (vif) =>
      vif.allowedIpv4Addresses?.join(", "),
    ),
    allowed_ipv6: column("text", ["allowedIpv6Addresses"], (vif) =>
      vif.allowedIpv6Addresses?.join(", "),
    ),
    rate_limit_kb_s: column("count", ["rateLimit"], (vif) => vif.rateLimit, {
      says: "kilobytes a second; NULL is no limit",
    }),
    tx_checksumming: column("flag", ["txChecksumming"], (vif) => vif.txChecksumming),
  },
});
