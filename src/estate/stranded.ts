import type * as z from "zod";
import { say } from "../sentence.ts";
import type { Context } from "../tool.ts";
import { hasOneOf, where } from "../xo/filter.ts";
import { Host } from "../xo/records/host.ts";
import { parseRows } from "../xo/records/fields.ts";
import { Vm } from "../xo/records/vm.ts";
import type { Row } from "../xo/row.ts";
import { freeOf, type HostLoad, isResident, memoryOf, pieceOf, type VmSize } from "./capacity.ts";
import { firstOf, nameOf, saidName } from "./name.ts";
import { part } from "./part.ts";
import type { Piece } from "./piece.ts";
import { fit } from "./placement.ts";
import { sumOf } from "./sum-of.ts";

type HostState = Pick<z.output<typeof Host>, "id" | "power_state">;
type Resident = Pick<z.output<typeof Vm>, "power_state" | "$container">;

/** What to say of a VM that runs by XAPI's last word alone. */
export const lastWord =
  "by XAPI's last word: its host does not answer, which a host without its management network does not either. Do not start it elsewhere before it is sure that the host is off";

const mostNames = 5;

/**
 * The host of a VM that does not answer; nothing for a VM on one that does, on none, or on one that is
 * not seen. When XAPI loses a host its VMs stay Running until somebody declares it dead, or until HA
 * sets them Halted (xapi_host.ml, declare_dead; xapi_ha_vm_failover.ml).
 */
export function silentHostOf<H extends HostState>(
  vm: Resident,
  hostById: ReadonlyMap<string, H>,
): H | undefined {
  const host = isResident(vm) ? hostById.get(vm.$container ?? "") : undefined;
  return host === undefined || host.power_state === "Running" ? undefined : host;
}

/** The VMs on hosts that do not answer. */
export function strandedAmong<V extends Resident>(
  vms: readonly V[],
  hosts: readonly HostState[],
): V[] {
  const hostById = new Map(hosts.map((host) => [host.id, host]));
  return vms.filter((vm) => silentHostOf(vm, hostById) !== undefined);
}

const Placed = Vm.pick({ id: true, name_label: true, power_state: true, $container: true });
const SilentHost = Host.pick({ id: true, power_state: true });

/** Says which of these rows of VMs run by XAPI's last word alone. */
export async function warnOfStranded(
  context: Pick<Context, "xo" | "signal" | "warn">,
  rows: readonly Row[],
): Promise<void> {
  const residents = rows.filter(({ power_state }) =>
    isResident({ power_state: String(power_state) }),
  );
  if (residents.length === 0) return;
  const hosts = (await readSilent(context)) ?? [];
  // Mostly none, and then nobody looks at the VMs.
  if (hosts.length === 0) return;
  tellStranded(context, strandedAmong(parseRows(Placed, residents), hosts));
}

/** The same of all VMs, for which nothing is read of them unless a host is silent. */
export async function warnOfAllStranded(
  context: Pick<Context, "xo" | "signal" | "warn">,
): Promise<void> {
  const hosts = (await readSilent(context)) ?? [];
  if (hosts.length === 0) return;
  const on = hasOneOf(
    "$container",
    hosts.map(({ id }) => id),
  );
  const vms = await part(
    context,
    say`which VMs are on hosts that do not answer`,
    context.xo.records("vms", Placed, on),
  );
  tellStranded(context, strandedAmong(vms ?? [], hosts));
}

function readSilent(context: Pick<Context, "xo" | "signal" | "warn">) {
  return part(
    context,
    say`whether the hosts of these VMs answer`,
    context.xo.records("hosts", SilentHost, where`!power_state:/^Running$/`),
  );
}

function tellStranded(
  { warn }: Pick<Context, "warn">,
  stranded: readonly z.output<typeof Placed>[],
): void {
  if (stranded.length === 0) return;
  const names = firstOf(
    stranded.map((vm) => saidName(vm)),
    mostNames,
  );
  warn(say`${stranded.length} of these VMs run ${lastWord}: ${names}.`);
}

/** The same VMs as memory that other hosts have to hold once they are started there. */
export function waitingPieces(stranded: readonly VmSize[], hosts: readonly HostLoad[]): Piece[] {
  return stranded.map((vm) => pieceOf(vm, hosts, "now"));
}

/** Who waits for another host, and whether there is room; nothing where nobody does. */
export function describeStranded(stranded: readonly VmSize[], loads: readonly HostLoad[]) {
  if (stranded.length === 0) return undefined;
  const usable = loads.filter((load) => load.usable);
  const { fits, never, left_out } = fit(freeOf(usable, "now"), waitingPieces(stranded, usable));
  return {
    vms: stranded.length,
    names: stranded.slice(0, mostNames).map(nameOf),
    memory_bytes: sumOf(stranded, memoryOf),
    state: lastWord,
    fit_elsewhere: fits || (never ? false : undefined),
    left_out: left_out.length || undefined,
  };
}
