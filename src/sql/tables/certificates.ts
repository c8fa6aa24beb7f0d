import * as z from "zod";
import { say } from "../../sentence.ts";
import { firstOf, saidName } from "../../estate/name.ts";
import type { Context } from "../../tool.ts";
import { Host } from "../../xo/records/host.ts";
import { columnsOf } from "../column.ts";
import { seldomPool } from "../columns/pool-pair.ts";
import { hostNames } from "../facts/names.ts";
import { defineTable } from "../table.ts";

const Certified = Host.pick({ id: true, name_label: true, $pool: true }).extend({
  certificates: z
    .array(z.object({ fingerprint: z.string().nullish(), notAfter: z.number().nullish() }))
    .nullish(),
});

interface Row {
  id: string;
  hostId: string;
  fingerprint: string | null | undefined;
  endsAt: number | null | undefined;
  $pool: string | null | undefined;
}

const { column, joined } = columnsOf<Row>();

export const certificates = defineTable({
  name: "certificates",
  says: "TLS certificates of hosts",
  example: "select host, ends_at from certificates where ends_at < datetime('now', '+30 days')",
  from: ["hosts"],
  read: readCertificates,
  columns: {
    id: column("id", ["id"], ({ id }) => id),
    host: joined(hostNames, "text", ["hostId"], ({ hostId }, names) => names.get(hostId), {
      everyday: true,
    }),
    host_id: column("id", ["hostId"], ({ hostId }) => hostId),
    ...seldomPool,
    ends_at: column("time", ["endsAt"], ({ endsAt }) => endsAt, { everyday: true }),
    fingerprint: column("text", ["fingerprint"], ({ fingerprint }) => fingerprint),
  },
});

async function readCertificates({ xo, warn }: Context): Promise<Row[]> {
  const hosts = await xo.records("hosts", Certified);
  const bare = hosts.filter(({ certificates: own }) => !own || own.length === 0);
  // Hypervisors of before 8.2 do not tell them.
  if (bare.length > 0) {
    warn(
      say`The certificates of these are unknown: ${firstOf(bare.map((host) => saidName(host)).toSorted())}.`,
    );
  }
  return hosts.flatMap(({ id, $pool, certificates: own }) =>
    (own ?? []).map(({ fingerprint, notAfter }, at) => ({
      id: `${id}/${at}`,
      hostId: id,
      fingerprint,
      endsAt: notAfter,
      $pool,
    })),
  );
}
