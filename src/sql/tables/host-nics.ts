import * as z from "zod";
import { kindOf, vlanOf } from "../../estate/networks.ts";
import { addressOf } from "../../xo/ip.ts";
import { Pif } from "../../xo/records/pif.ts";
import { columnsOf } from "../column.ts";
import { seldomPool } from "../columns/pool-pair.ts";
import { hostNames, networkNames } from "../facts/names.ts";
import { bonds, links } from "../facts/networks.ts";
import { pifDevices } from "../facts/pif-devices.ts";
import { defineTable, recordsOf } from "../table.ts";

const PifRow = Pif.extend({
  deviceName: z.string().nullish(),
  dns: z.string().nullish(),
  gateway: z.string().nullish(),
  netmask: z.string().nullish(),
  ipv6: z.array(z.string()).nullish(),
  primaryAddressType: z.string().nullish(),
  disallowUnplug: z.boolean().nullish(),
});

const { column, joined, overAll } = columnsOf<z.output<typeof PifRow>>();

export const hostNics = defineTable({
  name: "host_nics",
  says: "network interfaces of hosts: ports, bonds, and VLANs on them",
  example:
    "select host, device, link, speed_mbps, bond from host_nics where kind in ('port', 'bond port')",
  from: ["pifs"],
  read: recordsOf("pifs", PifRow),
  columns: {
    id: column("id", ["id"], ({ id }) => id),
    host: joined(hostNames, "text", ["$host"], (pif, names) => names.get(pif.$host ?? ""), {
      everyday: true,
    }),
    host_id: column("id", ["$host"], (pif) => pif.$host),
    device: column("text", ["device"], (pif) => pif.device, {
      says: "a VLAN has the name of what it is on",
      everyday: true,
    }),
    kind: column("text", ["vlan", "isBondMaster", "bondSlaves", "bondMaster"], kindOf, {
      values: ["port", "bond", "bond port", "vlan"],
      everyday: true,
    }),
    vlan: column("count", ["vlan"], vlanOf, { everyday: true }),
    network: joined(
      networkNames,
      "text",
      ["$network"],
      (pif, names) => names.get(pif.$network ?? ""),
      { everyday: true },
    ),
    network_id: column("id", ["$network"], (pif) => pif.$network),
    ...seldomPool,
    link: joined(links, "text", ["id"], ({ id }, known) => known.get(id)?.link, {
      says: "down is in use without a link, unused is without a link and nothing shows that it should have one",
      values: ["up", "down", "unused", "unplugged", "unknown"],
      everyday: true,
    }),
    speed_mbps: joined(links, "count", ["id"], ({ id }, known) => known.get(id)?.speed_mbps, {
      says: "only of one that is up",
    }),
    problem: joined(links, "text", ["id"], ({ id }, known) => known.get(id)?.problem),
    bond: joined(
      pifDevices,
      "text",
      ["bondMaster"],
      (pif, known) => known.get(pif.bondMaster ?? ""),
      {
        says: "of a port in one: its device; bond_id is the bond's own id here",
        everyday: true,
      },
    ),
    bond_id: column("id", ["bondMaster"], (pif) => pif.bondMaster),
    ports: overAll(bonds, "count", ["id"], ({ id }, known) => known.get(id)?.ports, {
      says: "of a bond",
      everyday: true,
    }),
    ports_up: overAll(
      bonds,
      "count",
      ["id"],
      ({ id }, known) => {
        const bond = known.get(id);
        // None with a link is another thing than none that is known.
        return bond?.link === "unknown" ? undefined : bond?.ports_up;
      },
      { says: "of a bond: those with a link", everyday: true },
    ),
    plugged: column("flag", ["attached"], (pif) => pif.attached, {
      says: "as XAPI does with every port at its start, used or not",
    }),
    is_management: column("flag", ["management"], (pif) => pif.management),
    mac: column("text", ["mac"], (pif) => pif.mac?.toLowerCase()),
    mtu: column("count", ["mtu"], (pif) => pif.mtu),
    ip_mode: column("text", ["mode"], (pif) => pif.mode, { values: ["None", "DHCP", "Static"] }),
    address: column("text", ["ip"], (pif) => pif.ip && (addressOf(pif.ip)?.address ?? pif.ip)),
    netmask: column("text", ["netmask"], (pif) => pif.netmask),
    gateway: column("text", ["gateway"], (pif) => pif.gateway),
    dns: column("text", ["dns"], (pif) => pif.dns),
    ipv6_mode: column("text", ["ipv6Mode"], (pif) => pif.ipv6Mode, {
      values: ["None", "DHCP", "Static", "Autoconf"],
    }),
    ipv6_addresses: column("text", ["ipv6"], (pif) =>
      pif.ipv6?.filter((address) => address !== "").join(", "),
    ),
    primary_address_type: column("text", ["primaryAddressType"], (pif) => pif.primaryAddressType, {
      values: ["IPv4", "IPv6"],
    }),
    unplug_forbidden: column("flag", ["disallowUnplug"], (pif) => pif.disallowUnplug),
    model: column("text", ["deviceName"], (pif) => pif.deviceName),
  },
});
