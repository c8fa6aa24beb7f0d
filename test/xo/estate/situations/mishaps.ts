import { REMOTES } from "../jobs.ts";
import type { RunTask } from "../run-tasks.ts";
import { copied, exportTo, failed, step } from "./run-steps.ts";

const toolsLate = {
  message:
    "timeout reached while waiting for OpaqueRef:17c08a88-d669-4090-b2ba-c7ef46ee45b8 to report the driver version through the Xen tools. Please check or update the Xen tools.",
  name: "Error",
};
const scriptSaysNo = {
  message: "Backup health check script failed with message table users is corrupt for VM 12a437a7 ",
  name: "Error",
};
const srFull = { code: "SR_BACKEND_FAILURE_44", message: "SR_BACKEND_FAILURE_44(, no space, )" };
const locked = {
  code: "EPERM",
  message: "EPERM: operation not permitted, unlink '/run/xo-server/mounts/x/20261101T010000Z.json'",
};
const noSpace = {
  code: "ENOSPC",
  message: "ENOSPC: no space left on device, write '/x/corrupt.vhd'",
};
const chained = { code: "SR_BACKEND_FAILURE_109", message: "The snapshot chain is too long" };

const checked = (...tasks: RunTask[]) =>
  exportTo(REMOTES.good, "failure", [copied, step("health check", "failure", { tasks })]);

/** What the first VMs came to, and of what kind that is. */
export const mishaps: readonly { class: string; says: string; tasks: RunTask[] }[] = [
  { class: "health-check", says: "vmstart", tasks: [checked(failed("vmstart", toolsLate))] },
  { class: "health-check", says: "vmstart", tasks: [checked(failed("vmstart", scriptSaysNo))] },
  {
    class: "health-check",
    says: "health check > transfer",
    tasks: [checked(failed("transfer", srFull))],
  },
  {
    class: "cleanup-denied",
    says: "merge",
    tasks: [
      exportTo(REMOTES.good, "failure", [
        copied,
        step("clean-vm", "failure", { tasks: [failed("merge", locked)] }),
      ]),
    ],
  },
  {
    class: "cleanup-denied",
    says: "export",
    tasks: [exportTo(REMOTES.good, "failure", [copied], { result: locked })],
  },
  // Nothing was written yet, so it is the write that was refused.
  {
    class: "access-denied",
    says: "export",
    tasks: [exportTo(REMOTES.good, "failure", [], { result: locked })],
  },
  // The code says more than a path with an unlucky name.
  {
    class: "storage-full",
    says: "transfer",
    tasks: [exportTo(REMOTES.good, "failure", [failed("transfer", noSpace)])],
  },
  // The first snapshot failed and the second did not: what failed then is the reason.
  {
    class: "storage-full",
    says: "transfer",
    tasks: [
      failed("snapshot", chained),
      step("snapshot", "success"),
      exportTo(REMOTES.good, "failure", [failed("transfer", noSpace)]),
    ],
  },
  // One target has its copy, unchecked, and the other one has none.
  {
    class: "storage-full",
    says: "smb-full",
    tasks: [
      checked(failed("vmstart", toolsLate)),
      exportTo(REMOTES.full, "failure", [failed("transfer", noSpace)]),
    ],
  },
];
