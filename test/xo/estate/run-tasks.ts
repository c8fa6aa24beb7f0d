import { canary } from "./canary.ts";
import { REMOTES } from "./jobs.ts";
import { Random } from "./random.ts";
import type { VmRecord } from "./records.ts";
import { GIB, MIB, taskId } from "./world.ts";

/** One step of a backup run: its reason for failing is at the leaf, or copied up to its parents. */
export interface RunTask {
  id: string;
  message: string;
  start: number;
  status: "success" | "failure" | "interrupted" | "skipped" | "pending";
  end?: number;
  data?: Record<string, unknown>;
  result?: Record<string, unknown>;
  tasks?: RunTask[];
}

/** The ways in which a backup of one VM fails, by the class that an administrator thinks in. */
export const FAILURES = [
  "storage-full",
  "repository-unreachable",
  "chain-broken",
  "timeout",
  "snapshot-refused",
] as const;

export type Failure = (typeof FAILURES)[number];

const RESULTS: Record<Failure, Record<string, unknown>> = {
  "storage-full": {
    errno: -28,
    code: "ENOSPC",
    syscall: "write",
    message: "ENOSPC: no space left on device, write",
    name: "Error",
    stack: "Error: ENOSPC: no space left on device, write\n    at write (node:fs)",
  },
  "repository-unreachable": {
    code: "EHOSTDOWN",
    syscall: "open",
    command: `mount -t cifs -o username=backup,password=${canary("run-mount")} //192.0.2.61/share`,
    message: "EHOSTDOWN: host is down, open '/run/xo-server/mounts/backup.vhd'",
    name: "Error",
    stack: "Error: EHOSTDOWN: host is down, open\n    at open (node:fs)",
  },
  "chain-broken": {
    message:
      "unable to merge: the parent of the disk 20260101T010000Z.vhd is missing, chain is broken",
    name: "Error",
    stack: "Error: chain is broken\n    at merge (/opt/xo/backups)",
  },
  timeout: {
    message: "operation timed out",
    name: "TimeoutError",
    stack: "TimeoutError: operation timed out\n    at Timeout (/opt/xo/promise-toolbox)",
  },
  "snapshot-refused": {
    code: "SR_BACKEND_FAILURE_109",
    params: ["", "The snapshot chain is too long", ""],
    call: {
      duration: 3,
      method: "Async.VM.snapshot",
      params: ["* session id *", "OpaqueRef:1", "xo-backup-temp-snapshot-name"],
    },
    message: "SR_BACKEND_FAILURE_109(, The snapshot chain is too long, )",
    name: "XapiError",
    stack: "XapiError: SR_BACKEND_FAILURE_109(, The snapshot chain is too long, )",
  },
};

/** What one backup of a VM copies, in bytes, and how long that takes in milliseconds: mostly little. */
function copyOf(vm: VmRecord, key: string): { size: number; took: number } {
  const usual = new Random(`copied/${vm.id}`).next();
  const today = new Random(`copied/${key}`).next();
  const size = Math.floor((0.1 + 60 * usual ** 4) * (0.4 + 1.2 * today) * GIB);
  const rate = (60 + 60 * today) * MIB;
  return { size, took: 4000 + Math.floor((1000 * size) / rate) };
}

/** The bytes that the transfers of a VM's backup copied. */
export function copiedBytes({ message, result, tasks = [] }: RunTask): number {
  const own = message === "transfer" && typeof result?.size === "number" ? result.size : 0;
  return tasks.reduce((sum, task) => sum + copiedBytes(task), own);
}

/** The tree of one VM in a run, which fails in the first of its repositories. */
export function vmTask(
  vm: VmRecord,
  start: number,
  key: string,
  failure?: Failure,
  [first = REMOTES.good, ...others]: readonly string[] = [],
): RunTask {
  const step = (message: string, at: number, more: Partial<RunTask> = {}): RunTask => ({
    id: taskId(start + at, `${key}/${message}/${at}`),
    start: start + at,
    status: "success",
    end: start + at + 900,
    message,
    ...more,
  });
  const failed = (message: string, at: number, more: Partial<RunTask> = {}): RunTask =>
    step(message, at, {
      status: "failure",
      ...(failure === undefined ? {} : { result: RESULTS[failure] }),
      ...more,
    });
  const clean = (at: number): RunTask => step("clean-vm", at, { result: { merge: false } });
  const data = { id: first, type: "remote", isFull: false };
  const { size, took } = copyOf(vm, key);

  const tasks = [clean(100)];
  if (failure === "snapshot-refused") {
    tasks.push(failed("snapshot", 1200));
  } else {
    tasks.push(step("snapshot", 1200));
    if (failure === "storage-full" || failure === "timeout") {
      const { result: _, ...shell } = failed("export", 2300, { data });
      tasks.push({ ...shell, tasks: [failed("transfer", 2400)] });
    } else if (failure === "repository-unreachable") {
      tasks.push(failed("export", 2300, { data }));
    } else {
      const transfer = step("transfer", 2400, { end: start + 2400 + took, result: { size } });
      tasks.push(step("export", 2300, { data, end: start + 2900 + took, tasks: [transfer] }));
      for (const id of others) {
        const beside = { ...data, id };
        tasks.push(
          step("export", 2310, { data: beside, end: start + 2910 + took, tasks: [transfer] }),
        );
      }
    }
  }
  const last = failure === undefined || failure === "chain-broken" ? 3400 + took : 61_000;
  tasks.push(failure === "chain-broken" ? failed("merge", last) : clean(last));
  return {
    id: taskId(start, key),
    start,
    status: failure === undefined ? "success" : "failure",
    end: start + last + 1000,
    message: "backup VM",
    data: { id: vm.id, type: "VM", name_label: vm.name_label },
    // XO repeats a refused snapshot at the VM; the others are only at the leaf.
    ...(failure === "snapshot-refused" ? { result: RESULTS[failure] } : {}),
    tasks,
  };
}

/** The tree of a VM that was being copied when XO stopped: nothing in it has an end. */
export function interruptedTask(vm: VmRecord, start: number, key: string): RunTask {
  return {
    id: taskId(start, key),
    start,
    status: "interrupted",
    message: "backup VM",
    data: { id: vm.id, type: "VM", name_label: vm.name_label },
    tasks: [
      {
        id: taskId(start + 100, key),
        start: start + 100,
        status: "interrupted",
        message: "export",
      },
    ],
  };
}
