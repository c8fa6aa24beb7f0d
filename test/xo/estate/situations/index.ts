import type { Estate } from "../estate.ts";
import { backupSituations } from "./backup.ts";
import { askedSituations } from "./asked.ts";
import { crowdedSituations } from "./crowded.ts";
import { diskSituations } from "./disks.ts";
import { runSituations } from "./backup-runs.ts";
import { hostSituations } from "./hosts.ts";
import { capacitySituations } from "./capacity.ts";
import { lastWordSituations, xapiMessageSituations } from "./last-word.ts";
import { linkSituations } from "./links.ts";
import { repositorySituations } from "./repositories.ts";
import { rightsSituations } from "./rights.ts";
import { storageSituations } from "./storage.ts";
import { xoSituations } from "./xo.ts";

/**
 * Every situation by its name: a state of an estate that `small` and `large` do not have as such.
 * `useXo({ situations: ["just-started"] })` in a test, `--situations just-started` by hand.
 */
export const situations = {
  ...backupSituations,
  ...runSituations,
  ...askedSituations,
  ...crowdedSituations,
  ...diskSituations,
  ...hostSituations,
  ...lastWordSituations,
  ...linkSituations,
  ...capacitySituations,
  ...repositorySituations,
  ...rightsSituations,
  ...storageSituations,
  ...xapiMessageSituations,
  ...xoSituations,
};

export type SituationName = keyof typeof situations;

export function isSituation(name: string): name is SituationName {
  return Object.hasOwn(situations, name);
}

/** Changes a finished estate, one situation after the other. */
export function applySituations(estate: Estate, names: readonly SituationName[]): void {
  for (const name of names) situations[name](estate);
}
