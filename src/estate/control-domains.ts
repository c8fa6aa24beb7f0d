import type * as z from "zod";
import type { Host } from "../xo/records/host.ts";
import { saidName } from "./name.ts";

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
