import type { Problem } from "../xo/said.ts";

/** The ways in which backups fail, by what an administrator does next. */
export const hints = {
  "storage-full":
    "The place that the failing step writes to is full: free space there, or keep fewer backups.",
  "repository-unreachable":
    "XO cannot read or write the backup repository: check its server, the network and its mount, then enable it again in XO.",
  "access-denied": "The repository or the host refused the credentials or the write: check both.",
  "cleanup-denied":
    "The copy was written, but old restore points could not be merged or removed: check the credentials, or they are still locked (an immutable repository whose lock lasts longer than the retention).",
  "health-check":
    "The restore point was written; the check of it did not pass: the restore, the start or the answer of the guest tools failed. Only a failed vmstart is the VM's own; restore it by hand to see.",
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
  interrupted:
    "XO was stopped or restarted while it ran: run the job again; one on a proxy may still go on there, so look first.",
  other: "The reason is XO's own text.",
} as const;

export type FailureClass = keyof typeof hints;

/** The first that fits is told. */
const signs: [FailureClass, RegExp][] = [
  ["nothing-to-do", /no VMs match|no disks? found/i],
  [
    "storage-full",
    /ENOSPC|EDQUOT|no space left|insufficient (?:free )?space|quota exceeded|SR_BACKEND_FAILURE_44\b|SR_FULL/i,
  ],
  [
    "chain-broken",
    /chain is broken|broken chain|missing parent|parent .{0,60}\bmissing|unable to merge|strictly equal|corrupt|invalid VHD|base VM/i,
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

function signIn(...words: unknown[]): FailureClass | undefined {
  const text = words.join(" ");
  return signs.find(([, sign]) => sign.test(text))?.[0];
}

/** Steps that are of one kind, whatever they say; what a check restores is text of the guest's own. */
const byStep = new Map<string, FailureClass>([
  ["health check", "health-check"],
  ["missing pool", "object-gone"],
]);

/** Steps that are of one kind, unless a code or the words tell another of these. */
const usually = new Map<string, [FailureClass, readonly FailureClass[]]>([
  ["get remote adapter", ["repository-unreachable", ["access-denied", "storage-full"]]],
  ["get SR record", ["object-gone", ["pool-unreachable"]]],
]);

/** Steps in which old restore points are merged and removed, after or before the copy. */
const cleaning = new Set(["clean-vm", "merge"]);

/**
 * Of what kind a problem is: by the step in which it came, then by its code, then by its words, which
 * may quote names, paths and scripts.
 * @param way the steps that led there, the last one last
 */
export function classify(
  problem: Problem,
  way: readonly string[] = [],
  { onRepository = false, copied = false }: { onRepository?: boolean; copied?: boolean } = {},
): FailureClass {
  const whole = way.flatMap((step) => byStep.get(step) ?? [])[0];
  if (whole !== undefined) return whole;
  const { code, name, message, stderr } = problem;
  const said = signIn(code) ?? signIn(name, message, stderr);
  const found =
    onRepository && (said === "pool-unreachable" || said === "disk-unreadable")
      ? "repository-unreachable"
      : said;
  const last = way.at(-1) ?? "";
  const [usual, others = []] = usually.get(last) ?? [];
  if (usual !== undefined) return others.find((other) => other === found) ?? usual;
  if (found === "access-denied" && (copied || cleaning.has(last))) return "cleanup-denied";
  return found ?? (last === "snapshot" ? "snapshot-refused" : "other");
}
