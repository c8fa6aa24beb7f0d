import { canary } from "../canary.ts";
import type { SrRecord } from "./sr.ts";
import type { XapiRecord } from "./xapi.ts";

export interface VdiLikeRecord extends XapiRecord {
  name_label: string;
  size: number;
  usage: number;
  missing: boolean;
  snapshots: string[];
  /** What it is layered on. */
  parent?: string;
  $SR: string;
  $VBDs: string[];
}

/** The fields of a disk, a snapshot of one or a base under them, in no drive. */
export function diskFields(sr: SrRecord, name_label: string, size: number, usage: number) {
  const none = (): string[] => [];
  return {
    cbt_enabled: false,
    name_description: "",
    name_label,
    ...(sr.SR_type === "iso" ? {} : { image_format: "vhd" }),
    size,
    snapshots: none(),
    tags: none(),
    usage,
    VDI_type: "user",
    current_operations: {},
    other_config: { "content_id-key": canary("vdi-other-config") },
    $SR: sr.id,
    $VBDs: none(),
  };
}

/** What a disk's own file or volume takes: on thick storage its whole size, whatever was written. */
export function leafBytes(sr: SrRecord, size: number, used: number): number {
  return sr.allocationStrategy === "thick" ? size : Math.floor(size * used);
}
