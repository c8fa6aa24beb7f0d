import * as z from "zod";
import type { Context } from "../../tool.ts";
import type { Collection } from "../../xo/routes.ts";
import { columnsOf } from "../column.ts";
import { seldomPool } from "../columns/pool-pair.ts";
import { defineTable } from "../table.ts";

const Tagged = z.object({
  id: z.string(),
  name_label: z.string().nullish(),
  tags: z.array(z.string()).nullish(),
  $pool: z.string().nullish(),
});

/** What can have tags, as `kind` calls it. */
const kinds = {
  vm: "vms",
  template: "vm-templates",
  snapshot: "vm-snapshots",
  "control domain": "vm-controllers",
  host: "hosts",
  pool: "pools",
  sr: "srs",
  disk: "vdis",
  "disk snapshot": "vdi-snapshots",
  network: "networks",
} as const satisfies Record<string, Collection>;

interface Row {
  kind: string;
  objectId: string;
  object: string | null | undefined;
  tag: string;
  $pool: string | null | undefined;
}

const { column } = columnsOf<Row>();

export const tags = defineTable({
  name: "tags",
  says: "one row for each tag of each object, of any kind",
  example: "select tag, count(*) from tags where kind = 'vm' group by tag order by 2 desc",
  from: [],
  parts: Object.values(kinds),
  read: readTags,
  columns: {
    id: column("id", ["objectId", "tag"], ({ objectId, tag }) => `${objectId}/${tag}`),
    tag: column("text", ["tag"], ({ tag }) => tag, { everyday: true }),
    kind: column("text", ["kind"], ({ kind }) => kind, {
      values: Object.keys(kinds),
      everyday: true,
    }),
    object: column("text", ["object"], ({ object }) => object, { everyday: true }),
    object_id: column("id", ["objectId"], ({ objectId }) => objectId),
    ...seldomPool,
  },
});

async function readTags({ xo }: Context, wanted: readonly string[]): Promise<Row[]> {
  const keys = [
    "tags",
    ...(wanted.includes("object") ? ["name_label"] : []),
    ...(wanted.includes("$pool") ? ["$pool"] : []),
  ];
  const read = async ([kind, collection]: [string, Collection]) => {
    const objects = await xo.records(collection, Tagged, undefined, keys);
    return objects.flatMap(({ id, name_label, tags: own, $pool }) =>
      [...new Set(own ?? [])].map((tag) => ({
        kind,
        objectId: id,
        object: name_label,
        tag,
        $pool,
      })),
    );
  };
  return (await Promise.all(Object.entries(kinds).map(read))).flat();
}
