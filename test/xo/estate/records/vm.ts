import type { VmLikeRecord } from "./vm-like.ts";

export interface VmRecord extends VmLikeRecord {
  type: "VM";
}
