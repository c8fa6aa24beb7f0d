import { Pool } from "../../xo/records/pool.ts";
import { fact } from "../fact.ts";

const Settings = Pool.pick({ id: true, auto_poweron: true, HA_enabled: true });

/** What pools make of the wishes of their VMs, by id. */
export const poolSettings = fact(["pools"], async ({ xo }) => {
  const pools = await xo.records("pools", Settings);
  return new Map(pools.map((pool) => [pool.id, pool]));
});
