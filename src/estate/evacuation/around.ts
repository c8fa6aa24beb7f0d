import * as z from "zod";
import type { Context } from "../../tool.ts";
import { hasId } from "../../xo/filter.ts";
import { Host } from "../../xo/records/host.ts";
import { Network } from "../../xo/records/network.ts";
import { Pbd } from "../../xo/records/pbd.ts";
import { Pif } from "../../xo/records/pif.ts";
import { Pool } from "../../xo/records/pool.ts";
import { Sr } from "../../xo/records/sr.ts";
import { Vbd } from "../../xo/records/vbd.ts";
import { Vdi } from "../../xo/records/vdi.ts";
import { Vif } from "../../xo/records/vif.ts";
import { Vm } from "../../xo/records/vm.ts";
import type { Collection } from "../../xo/routes.ts";
import type { Sight } from "../../sight/sight.ts";

const PoolState = Pool.pick({ id: true, name_label: true, HA_enabled: true }).extend({
  master: z.string().nullish(),
  /** Its presence alone says that a rolling upgrade goes on. */
  otherConfig: z.object({ rolling_upgrade_in_progress: z.string().nullish() }).nullish(),
});
export const EvacuatedHost = Host.pick({
  id: true,
  name_label: true,
  $pool: true,
  power_state: true,
  enabled: true,
  cpus: true,
  memory: true,
  version: true,
  rebootRequired: true,
}).extend({
  build: z.string().nullish(),
  hvmCapable: z.boolean().nullish(),
  CPUs: z.object({ vendor: z.string().nullish() }).nullish(),
});
export const EvacuatedVm = Vm.pick({
  id: true,
  name_label: true,
  $pool: true,
  $container: true,
  power_state: true,
  CPUs: true,
  memory: true,
  virtualizationMode: true,
  high_availability: true,
  attachedPcis: true,
  $VGPUs: true,
  isNestedVirtEnabled: true,
  pvDriversDetected: true,
  pvDriversVersion: true,
  current_operations: true,
  blockedOperations: true,
});
const StorageName = Sr.pick({ id: true, name_label: true, shared: true });
const NetworkName = Network.pick({ id: true, name_label: true }).extend({
  /** XAPI's word that a network without any interface is the same on all hosts. */
  other_config: z.object({ assume_network_is_shared: z.string().nullish() }).nullish(),
});
const Port = Pif.pick({
  id: true,
  device: true,
  vlan: true,
  physical: true,
  isBondMaster: true,
  bondMaster: true,
  $host: true,
  $network: true,
});
const Plug = Vbd.pick({ id: true, VM: true, VDI: true, is_cd_drive: true });
const Disk = Vdi.pick({ id: true, name_label: true, $SR: true });
const Nic = Vif.pick({ id: true, $network: true, $VM: true });

export type EvacuatedHost = z.output<typeof EvacuatedHost>;
export type EvacuatedVm = z.output<typeof EvacuatedVm>;
export type Port = z.output<typeof Port>;

/** What decides whether the VMs of a pool can go from one host to another. */
export interface Around {
  pool: z.output<typeof PoolState>;
  hosts: EvacuatedHost[];
  vms: EvacuatedVm[];
  pbds: z.output<typeof Pbd>[];
  srs: z.output<typeof StorageName>[];
  networks: z.output<typeof NetworkName>[];
  pifs: Port[];
  vifs: z.output<typeof Nic>[];
  vbds: z.output<typeof Plug>[];
  vdis: z.output<typeof Disk>[];
}

/** The collections without which nothing is sure. */
export const evacuationNeeds: readonly Collection[] = [
  "hosts",
  "vms",
  "pbds",
  "srs",
  "networks",
  "pifs",
  "vifs",
  "vbds",
  "vdis",
];

/** Of what the account may not see everything, which leaves the verdict open; nothing if it does. */
export function blindOf(sight: Sight, poolId: string | undefined): string | undefined {
  const lack = sight.lack(evacuationNeeds, poolId);
  return lack && `unknown: ${lack}`;
}

/** Reads all that of one pool; what cannot be read fails the whole, for nothing is sure without it. */
export async function readAround({ xo }: Pick<Context, "xo">, poolId: string): Promise<Around> {
  const inPool = hasId("$pool", poolId);
  const [pools, hosts, vms, pbds, srs, networks, pifs, vifs, vbds, vdis] = await Promise.all([
    xo.records("pools", PoolState, hasId("id", poolId)),
    xo.records("hosts", EvacuatedHost, inPool),
    xo.records("vms", EvacuatedVm, inPool),
    xo.records("pbds", Pbd, inPool),
    xo.records("srs", StorageName, inPool),
    xo.records("networks", NetworkName, inPool),
    xo.records("pifs", Port, inPool),
    xo.records("vifs", Nic, inPool),
    xo.records("vbds", Plug, inPool),
    xo.records("vdis", Disk, inPool),
  ]);
  const pool = pools[0] ?? { id: poolId, name_label: "" };
  return { pool, hosts, vms, pbds, srs, networks, pifs, vifs, vbds, vdis };
}
