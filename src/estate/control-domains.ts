import type * as z from "zod";
import type { Xo } from "../xo/client.ts";
import { allOf, type Filter, hasOneOf } from "../xo/filter.ts";
import type { Host } from "../xo/records/host.ts";
import { Vbd } from "../xo/records/vbd.ts";
import { Vm } from "../xo/records/vm.ts";
import { saidName } from "./name.ts";

const Domain = Vm.pick({ id: true, $VBDs: true });
const DomainLink = Vbd.pick({ id: true, VM: true, VDI: true, attached: true });

type HostRecord = Pick<z.output<typeof Host>, "id" | "name_label"> & {
  controlDomain?: string | null | undefined;
};

/**
 * The control domains of hosts, each named by its host: XAPI warns of a host's full disk or memory as
 * if it were this VM's (bin/perfmon), whose own name tells little.
 */
export function controlDomainsOf<H extends HostRecord>(
  hosts: readonly H[],
): { id: string; name_label: string; host: H }[] {
  return hosts.flatMap((host) =>
    host.controlDomain
      ? [
          {
            id: host.controlDomain,
            name_label: `control domain of ${saidName(host)}`,
            host,
          },
        ]
      : [],
  );
}

/** The links of disks to control domains, which have none of their own: those of all VMs are many. */
export async function readDomainLinks(
  xo: Xo,
  filter?: Filter,
): Promise<z.output<typeof DomainLink>[]> {
  const domains = await xo.list("vm-controllers", Domain, filter);
  const holding = domains.filter(({ $VBDs }) => ($VBDs ?? []).length > 0).map(({ id }) => id);
  return holding.length === 0
    ? []
    : xo.list("vbds", DomainLink, allOf(filter, hasOneOf("VM", holding)));
}
