import { ofType } from "../records.ts";
import type { Estate } from "../estate.ts";
import { situationsOf } from "./situation.ts";

/** VMs that run, and that no enabled job has. */
function unwatched(estate: Estate) {
  return ofType(estate, "VM").filter(
    ({ power_state, tags }) => power_state === "Running" && tags.includes("dev"),
  );
}

export const backupSituations = situationsOf({
  /** An older XO lists its other jobs beside those of backups. */
  "jobs-of-another-kind": (estate) => {
    estate.jobs.push({
      id: "22222222-aaaa-4aaa-8aaa-222222222222",
      name: "tag every VM",
      type: "call",
      method: "vm.set",
    });
  },
  /** XO is importing one VM, and checks the health of a backup in another. */
  "temporary-vms": (estate) => {
    const [importing, checked] = unwatched(estate);
    if (importing === undefined || checked === undefined) throw new Error("too few VMs");
    Object.assign(importing, {
      name_label: `[Importing…] ${importing.name_label}`,
      blockedOperations: { start: "Importing…" },
      tags: [],
    });
    Object.assign(checked, { tags: ["xo:no-bak=Health Check"] });
  },
});
