import { versionsOf } from "../../estate/updates.ts";
import { Host } from "../../xo/records/host.ts";
import { fact } from "../fact.ts";

const Versioned = Host.pick({ id: true, productBrand: true, version: true, $pool: true });

/** How many hosts each pool has, and of each known version one of them, most hosts first; by its id. */
export const poolVersions = fact(["hosts"], async ({ xo }) => {
  const hosts = await xo.records("hosts", Versioned);
  return new Map(
    [...Map.groupBy(hosts, ({ $pool }) => $pool ?? "")].map(([id, own]) => [
      id,
      {
        hosts: own.length,
        versions: versionsOf(own).flatMap(({ version, hosts: [first] }) =>
          version !== undefined && first ? [first] : [],
        ),
      },
    ]),
  );
});
