import * as z from "zod";
import { Network } from "../../xo/records/network.ts";
import { columnsOf } from "../column.ts";
import { listed } from "../columns/listed.ts";
import { poolPair } from "../columns/pool-pair.ts";
import { absences, networkVms, vlans } from "../facts/networks.ts";
import { defineTable, recordsOf } from "../table.ts";

const NetworkRow = Network.extend({
  bridge: z.string().nullish(),
  automatic: z.boolean().nullish(),
  isBonded: z.boolean().nullish(),
  defaultIsLocked: z.boolean().nullish(),
  nbd: z.boolean().nullish(),
  insecureNbd: z.boolean().nullish(),
  tags: z.array(z.string()).nullish(),
  PIFs: z.array(z.unknown()).nullish(),
});

const { column, joined, overAll } = columnsOf<z.output<typeof NetworkRow>>();

export const networks = defineTable({
  name: "networks",
  says: "networks of pools",
  example: "select name, vlan, mtu, vm_count from networks where vlan = 100",
  from: ["networks"],
  read: recordsOf("networks", NetworkRow),
  columns: {
    id: column("id", ["id"], ({ id }) => id),
    name: column("text", ["name_label"], (network) => network.name_label),
    description: column("text", ["name_description"], (network) => network.name_description),
    ...poolPair,
    vlan: joined(vlans, "count", ["id"], ({ id }, known) => known.get(id), {
      says: "NULL without a tag",
      everyday: true,
    }),
    mtu: column("count", ["MTU"], (network) => network.MTU, {
      says: "what it asks of its interfaces, which have it from their next plugging on",
      everyday: true,
    }),
    vm_count: overAll(networkVms, "count", ["id"], ({ id }, known) => known.get(id)?.vms ?? 0, {
      says: "with an interface on it, also off",
      everyday: true,
    }),
    running_vm_count: overAll(
      networkVms,
      "count",
      ["id"],
      ({ id }, known) => known.get(id)?.running ?? 0,
      { says: "running or paused" },
    ),
    host_nic_count: column("count", ["PIFs"], (network) => network.PIFs?.length, {
      says: "0 is a network inside its hosts",
    }),
    hosts_without: joined(absences, "text", ["id"], ({ id }, known) => listed(known?.get(id)), {
      says: "the hosts of its pool that have no interface on it, while others have",
    }),
    bridge: column("text", ["bridge"], (network) => network.bridge),
    is_bonded: column("flag", ["isBonded"], (network) => network.isBonded, {
      says: "on a bond, or on a port of one",
    }),
    automatic: column("flag", ["automatic"], (network) => network.automatic, {
      says: "whether a new VM gets an interface on it",
    }),
    locked_by_default: column("flag", ["defaultIsLocked"], (network) => network.defaultIsLocked),
    nbd: column("flag", ["nbd"], (network) => network.nbd, {
      says: "whether backups may read disks through it, encrypted",
    }),
    insecure_nbd: column("flag", ["insecureNbd"], (network) => network.insecureNbd),
    tags: column("text", ["tags"], (network) => listed(network.tags)),
  },
});
