import * as z from "zod";
import { Run } from "./run.ts";

/** A run of a backup job, without what it did. */
export const BackupRun = Run.omit({ infos: true });

/**
 * Why something failed, as far as it may be read: what else stands beside it (the command line, the
 * parameters of the call) may hold credentials.
 */
const result = z
  .object({
    code: z.union([z.string(), z.number()]).nullish().catch(undefined),
    message: z.string().nullish().catch(undefined),
    name: z.string().nullish().catch(undefined),
    /** Bytes, of a transfer. */
    size: z.number().nullish().catch(undefined),
  })
  .nullish()
  .catch(undefined);

const step = z.object({
  message: z.string().nullish(),
  status: z.string().nullish(),
  /** Unix milliseconds. */
  start: z.number().nullish().catch(undefined),
  end: z.number().nullish().catch(undefined),
  /** What the step is about: a VM, a repository (remote), a storage (SR). */
  data: z
    .object({
      id: z.string().nullish(),
      type: z.string().nullish(),
      name_label: z.string().nullish(),
      /** Of an export: a whole copy, and no difference to the last. */
      isFull: z.boolean().nullish().catch(undefined),
    })
    .nullish()
    .catch(undefined),
  result,
});

export interface BackupStep extends z.output<typeof step> {
  tasks?: BackupStep[] | null | undefined;
}

/** A step of a run, with the steps in it: a VM, in it its snapshot and its export, in that the transfer. */
export const BackupStep: z.ZodType<BackupStep> = step.extend({
  get tasks() {
    return z.array(BackupStep).nullish();
  },
});

/** The VMs of a run. */
export const BackupRunVms = Run.pick({ id: true, infos: true });

/** All its steps: some kilobytes for each VM. */
export const BackupRunSteps = z.object({
  id: z.string(),
  tasks: z.array(BackupStep).nullish(),
  result,
});
