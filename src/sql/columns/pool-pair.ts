import { columnsOf } from "../column.ts";
import { poolNames } from "../facts/names.ts";

const { column, joined } = columnsOf<{ $pool?: string | null | undefined }>();

/** The pool that a record is in, by name and id. */
export const poolPair = {
  pool: joined(poolNames, "text", ["$pool"], ({ $pool }, names) => names.get($pool ?? ""), {
    everyday: true,
  }),
  pool_id: column("id", ["$pool"], ({ $pool }) => $pool),
};

/** The same where few questions ask for it. */
export const seldomPool = {
  pool: { ...poolPair.pool, everyday: false },
  pool_id: poolPair.pool_id,
};
