import type { BackupStep } from "../xo/records/backup-log.ts";
import { type Problem, problemOf, wordsOf } from "./said.ts";

/** The ways in which backups fail, by what an administrator does next. */
export const hints = {
  "storage-full":
    "The place that the failing step writes to is full: free space there, or keep fewer backups.",
  "repository-unreachable":
    "XO cannot read or write the backup repository: check its server, the network and its mount, then enable it again in XO.",
  "access-denied": "The repository or the host refused the credentials or the write: check both.",
  "chain-broken":
    "The backup chain in the repository is damaged: look at its files, then force a full backup to begin a new chain.",
  timeout: "The host or the repository was too slow: look at the load of both at that time.",
  "snapshot-refused":
    "The hypervisor made no snapshot: look for old snapshots and disks that still coalesce (list_snapshots), for operations on the VM, and for disks that cannot have snapshots.",
  busy: "Another run, a merge or an operation held what was needed: set the times of the jobs further apart.",
  "object-gone":
    "The VM, pool or storage is gone or its pool was not connected: check_connection tells; else edit the job.",
  "pool-unreachable": "XO had no connection to the host or pool: check_connection tells.",
  "disk-unreadable": "The host could not read the disk to its end: check the storage.",
  "nothing-to-do":
    "No VM matched when the job ran: edit the job, or check that its pool is connected.",
  interrupted: "XO was stopped or restarted while it ran: run the job again.",
  other: "The reason is XO's own text.",
} as const;

export type FailureClass = keyof typeof hints;

export interface Failure {
  class: FailureClass;
  /** In one line: the step, then what it said. */
  reason: string;
}

/** The first that fits is told. */
const signs: [FailureClass, RegExp][] = [
  ["nothing-to-do", /no VMs match|no disks? found/i],
  [
    "storage-full",
    /ENOSPC|EDQUOT|no space left|insufficient (?:free )?space|quota exceeded|SR_BACKEND_FAILURE_44\b|SR_FULL/i,
  ],
  [
    "chain-broken",
    /chain is broken|broken chain|missing parent|parent .*\bmissing|unable to merge|strictly equal|corrupt|invalid VHD|base VM/i,
  ],
  [
    "repository-unreachable",
    /EHOST|ENETUNREACH|ENOTCONN|ESTALE|stale (?:nfs )?file|instantiate (?:any|source) remote|remote is disabled|no such remote|mount error|\bmount[.:]|exit code 32|NoSuchBucket/i,
  ],
  [
    "access-denied",
    /EACCES|EPERM|EROFS|(?:access|permission) denied|AccessDenied|Signature|InvalidAccessKey|LOGON_FAILURE|SESSION_AUTHENTICATION/i,
  ],
  [
    "busy",
    /already running|lock file|already being held|OTHER_OPERATION_IN_PROGRESS|IN_USE\b|EBUSY|ELOCKED/i,
  ],
  [
    "object-gone",
    /no such object|no such VM|no XAPI associated|HANDLE_INVALID|UUID_INVALID|missing (?:VM|pool)/i,
  ],
  ["timeout", /timed? ?out|ETIMEDOUT|TIMEOUT/i],
  ["disk-unreadable", /VDI_IO_ERROR|\bEIO\b/],
  [
    "snapshot-refused",
    /chain is too long|SR_BACKEND_FAILURE_109|unhealthy VDI chain|SR_OPERATION_NOT_SUPPORTED|LICENSE_RESTRICTION|VM\.(?:snapshot|checkpoint)/i,
  ],
  [
    "pool-unreachable",
    /HOST_OFFLINE|HOST_NOT_LIVE|HOST_STILL_BOOTING|ECONN|ENOTFOUND|EAI_AGAIN|socket hang up/i,
  ],
];

/** Of what kind a problem is, in which step. */
export function classify(problem: Problem, step = "", onRepository = false): FailureClass {
  const { code, name, message, stderr } = problem;
  const text = [code, name, message, stderr].join(" ");
  const found = signs.find(([, sign]) => sign.test(text))?.[0];
  if (onRepository && (found === "pool-unreachable" || found === "disk-unreadable")) {
    return "repository-unreachable";
  }
  return found ?? (step === "snapshot" ? "snapshot-refused" : "other");
}

const bad = new Set(["failure", "interrupted", "skipped"]);

export function isBad({ status }: Pick<BackupStep, "status">): boolean {
  return bad.has(status ?? "");
}

/**
 * Why a step failed. XO keeps the reason where it happened, some steps down, and often only there.
 * @param nameOf the name of a repository or storage
 */
export function failureOf(step: BackupStep, nameOf: (id: string) => string | undefined): Failure {
  const way: string[] = [];
  let problem: Problem | undefined;
  let last = "";
  let onRepository = false;
  for (let at: BackupStep | undefined = step; at !== undefined; at = worstOf(at)) {
    const { data, message, result } = at;
    onRepository ||= data?.type === "remote";
    if (result?.message || result?.code) problem = result;
    if (at === step) continue;
    const target = data?.id && data.type !== "VM" ? nameOf(data.id) : undefined;
    last = message ?? "";
    way.push(target === undefined ? last : `${last} to ${target}`);
  }
  const place = way.filter((word) => word !== "").join(" > ");
  const said = problem && wordsOf(problem);
  const interrupted = step.status === "interrupted" && said === undefined;
  const what = interrupted ? "XO was stopped meanwhile" : (said ?? "XO tells no reason");
  return {
    class: interrupted ? "interrupted" : classify(problem ?? {}, last, onRepository),
    reason: place === "" ? what : `${place}: ${what}`,
  };
}

/** The step inside that the failure comes from. */
function worstOf({ tasks }: BackupStep): BackupStep | undefined {
  return tasks?.find(({ status }) => status === "failure") ?? tasks?.find((task) => isBad(task));
}

/** Why XO cannot use a repository, by what it keeps of the last try; nothing when that was good. */
export function repositoryProblem(error: unknown): string | undefined {
  const problem = problemOf(error);
  return problem && (wordsOf(problem) ?? "XO tells no reason");
}
