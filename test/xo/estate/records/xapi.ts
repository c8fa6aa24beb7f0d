import type { XoRecord } from "../estate.ts";

/** What every object of a pool carries. */
export interface XapiRecord extends XoRecord {
  uuid: string;
  $pool: string;
  $poolId: string;
  _xapiRef: string;
}
