import type { VmLikeRecord } from "./vm-like.ts";

export interface VmControllerRecord extends VmLikeRecord {
  type: "VM-controller";
}
