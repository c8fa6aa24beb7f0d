import type * as z from "zod";
import type { Message } from "../xo/records/message.ts";
import type { Holdings } from "./holdings.ts";
import type { Moment } from "./rule.ts";

type MessageRecord = z.output<typeof Message>;
type State = Pick<Holdings, "messages" | "hosts" | "pools" | "pbds" | "srs" | "vms">;

/** A message of XAPI's that warns of something, and when it no longer does. */
interface Warning {
  means: string;
  /** What it is about, where it says nothing any more once that is gone. */
  about?: "hosts" | "vms";
  /** How long it is told; without it, as long as XAPI has it, as for what it says once and never again. */
  days?: number;
  /** Whether something says that it is over. */
  over?(message: MessageRecord, state: State): boolean;
}

const hostOf = ({ $object }: MessageRecord, { hosts }: State) =>
  hosts.find(({ id }) => id === $object);

/** XAPI says it again where it is still so after that. */
const restartedSince: Warning["over"] = (message, state) =>
  (hostOf(message, state)?.startTime ?? 0) > (message.time ?? 0);

const haIsOff: Warning["over"] = ({ $pool }, { pools }) =>
  pools.some(({ id, HA_enabled }) => id === $pool && HA_enabled === false);

const hostRuns: Warning["over"] = (message, state) =>
  hostOf(message, state)?.power_state === "Running";

const certificatesAreGood: Warning["over"] = (message, state) => {
  const ends = (hostOf(message, state)?.certificates ?? []).flatMap(
    ({ notAfter }) => notAfter ?? [],
  );
  return ends.length > 0 && ends.every((end) => end > (message.time ?? 0));
};

/** XO takes three names of messages for alarms and leaves all others among thousands (alarm.service.mts). */
export const warnings: Readonly<Record<string, Warning>> = {
  HA_PROTECTED_VM_RESTART_FAILED: {
    about: "vms",
    means: "HA could not restart this VM",
    days: 7,
    over: ({ $object }, { vms }) =>
      vms.some(({ id, power_state }) => id === $object && power_state === "Running"),
  },
  HA_HOST_FAILED: { about: "hosts", means: "HA saw this host fail", days: 1 },
  HA_STATEFILE_LOST: {
    means: "all hosts lost HA's heartbeat storage",
    days: 7,
    over: haIsOff,
  },
  HA_POOL_OVERCOMMITTED: {
    means: "HA can no longer restart all it should; XAPI says it once",
    over: haIsOff,
  },
  HA_NETWORK_BONDING_ERROR: {
    about: "hosts",
    means: "the bond of HA's heartbeat failed",
    days: 7,
    over: haIsOff,
  },
  HOST_CLOCK_SKEW_DETECTED: {
    about: "hosts",
    means: "the host's clock differs from the pool's; XAPI says it once",
    over: restartedSince,
  },
  PBD_PLUG_FAILED_ON_SERVER_START: {
    about: "hosts",
    means: "the host could not link to a storage when it started",
    days: 30,
    over: ({ $object }, { pbds, srs }) => {
      // XO's maintenance mode unplugs on purpose.
      const kept = new Set(srs.filter((sr) => sr.inMaintenanceMode === true).map(({ id }) => id));
      const own = pbds.filter(({ host, SR }) => host === $object && !kept.has(SR ?? ""));
      return own.length > 0 && own.every(({ attached }) => attached === true);
    },
  },
  // Said each day while it is so.
  LICENSE_EXPIRED: { means: "a licence has ended", days: 2 },
  HOST_KERNEL_ENCOUNTERED_ERROR_MCE: {
    about: "hosts",
    means: "the host's processor or memory reported an error",
    over: restartedSince,
  },
  HOST_KERNEL_ENCOUNTERED_ERROR_BAD_PAGE: {
    about: "hosts",
    means: "the host's kernel found bad memory",
    over: restartedSince,
  },
  HOST_KERNEL_ENCOUNTERED_ERROR_BUG: {
    about: "hosts",
    means: "the host's kernel failed in part",
    over: restartedSince,
  },
  SM_GC_NO_SPACE: {
    means: "the storage has no room to merge disks of deleted snapshots",
    days: 7,
  },
  CLUSTER_QUORUM_APPROACHING_LOST: { means: "the cluster is about to lose its quorum", days: 7 },
  CLUSTER_HOST_ENABLE_FAILED: {
    about: "hosts",
    means: "the host could not join its cluster",
    days: 7,
  },
  CLUSTER_HOST_FENCING: { about: "hosts", means: "the cluster fenced this host", days: 7 },
  METADATA_LUN_BROKEN: {
    means: "the log of the pool's database cannot be written",
    over: ({ $pool, time }, { messages }) =>
      messages.some(
        (other) =>
          other.name === "METADATA_LUN_HEALTHY" &&
          other.$pool === $pool &&
          (other.time ?? 0) > (time ?? 0),
      ),
  },
  HOST_SERVER_CERTIFICATE_EXPIRED: {
    about: "hosts",
    means: "a certificate has ended",
    over: certificatesAreGood,
  },
  HOST_INTERNAL_CERTIFICATE_EXPIRED: {
    about: "hosts",
    means: "a certificate has ended",
    over: certificatesAreGood,
  },
  // REST has no certificate of a pool that could say more.
  POOL_CA_CERTIFICATE_EXPIRED: { means: "a trusted certificate has ended" },
  POOL_PINNED_CERTIFICATE_EXPIRED: { means: "a trusted certificate has ended" },
  TLS_VERIFICATION_EMERGENCY_DISABLED: {
    about: "hosts",
    means: "the host checks no certificates; XAPI says it once",
  },
  EXTAUTH_INIT_IN_HOST_FAILED: {
    about: "hosts",
    means: "the host cannot ask its directory who may sign in",
    days: 7,
  },
  PERIODIC_UPDATE_SYNC_FAILED: { means: "the pool could not look for updates", days: 2 },
  XAPI_STARTUP_BLOCKED_AS_VERSION_HIGHER_THAN_COORDINATOR: {
    about: "hosts",
    means: "the host is newer than its pool's master and does not join it",
    over: hostRuns,
  },
};

/** The messages to be read: those, and what says that one is over. */
export const warningNames = [...Object.keys(warnings), "METADATA_LUN_HEALTHY"];

/** The newest message of each kind about each object, where it is neither old nor over. */
export function openWarnings(state: State, { now, sees }: Moment) {
  const groups = Map.groupBy(state.messages, ({ name, $object }) => `${name} ${$object}`);
  return [...groups.values()].flatMap((group) => {
    const [message] = group.toSorted((a, b) => (b.time ?? 0) - (a.time ?? 0));
    const warning = warnings[message?.name ?? ""];
    if (message === undefined || warning === undefined) return [];
    const age = now / 1000 - (message.time ?? 0);
    const isOld = warning.days !== undefined && age > warning.days * 86_400;
    const { about } = warning;
    const isGone =
      about !== undefined && sees(about) && !state[about].some(({ id }) => id === message.$object);
    if (isOld || isGone || warning.over?.(message, state) === true) return [];
    return [{ message, means: warning.means, times: group.length }];
  });
}
