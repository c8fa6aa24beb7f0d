import type { VmLikeRecord } from "./vm-like.ts";

export interface VmTemplateRecord extends VmLikeRecord {
  type: "VM-template";
}
