import * as z from "zod";
import { Pool } from "../../xo/records/pool.ts";
import { fact } from "../fact.ts";

const Mastered = Pool.pick({ id: true }).extend({ master: z.string().nullish() });

/** The id of each pool's master, by the pool's. */
export const poolMasters = fact(["pools"], async ({ xo }) => {
  const pools = await xo.records("pools", Mastered);
  return new Map(pools.map(({ id, master }) => [id, master]));
});
