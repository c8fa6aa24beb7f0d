import type * as z from "zod";
import { VdiSnapshot } from "../xo/records/vdi-snapshot.ts";
import type { VmSnapshot } from "../xo/records/vm-snapshot.ts";

/** What of a disk's snapshot tells whose it is, and what it takes. */
export const TakenDisk = VdiSnapshot.pick({ id: true, usage: true, $VBDs: true, $SR: true });
type TakenDisk = z.output<typeof TakenDisk>;

interface Taken {
  /** With its memory. */
  disks: TakenDisk[];
  memory: TakenDisk | undefined;
}

/** Finds the disks of a VM's snapshot among all snapshots of disks. */
export function disksOfSnapshots(
  all: readonly TakenDisk[],
): (snapshot: Pick<z.output<typeof VmSnapshot>, "$VBDs" | "suspendVdi">) => Taken {
  const byLink = new Map(
    all.flatMap((disk) => (disk.$VBDs ?? []).map((link) => [link, disk] as const)),
  );
  const byId = new Map(all.map((disk) => [disk.id, disk]));
  return ({ $VBDs, suspendVdi }) => {
    // The drives among its links have no disk.
    const disks = ($VBDs ?? []).flatMap((link) => byLink.get(link) ?? []);
    const memory = byId.get(suspendVdi ?? "");
    return { disks: memory === undefined ? disks : [...disks, memory], memory };
  };
}
