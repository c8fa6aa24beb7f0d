import * as z from "zod";
import { listed, say } from "../sentence.ts";
import { warnOfGaps } from "../estate/gaps.ts";
import { namesById, nameOf } from "../estate/name.ts";
import {
  blindnessOf,
  type PatchCounts,
  readMissingPatches,
  readPatchCounts,
} from "../estate/patches.ts";
import { endingsOf, rebootOf, versionsOf } from "../estate/updates.ts";
import { endOfSupport } from "../estate/support.ts";
import { type Context, defineTool, warnings } from "../tool.ts";
import { path } from "../xo/path.ts";
import { Host } from "../xo/records/host.ts";
import { Pool } from "../xo/records/pool.ts";
import { resolve } from "../xo/resolve.ts";

const PoolName = Pool.pick({ id: true, name_label: true });
const HostVersion = Host.omit({ enabled: true, cpus: true, memory: true });

type PoolRecord = z.output<typeof PoolName>;
type HostRecord = z.output<typeof HostVersion>;

const list = z.array(z.looseObject({}));

/** Names shown of a pool's missing patches. */
const mostNames = 15;

export const getUpdateStatus = defineTool({
  name: "get_update_status",
  title: "Show updates",
  description:
    "Per pool: missing patches (or why unknown), version differences; versions without support; hosts that need a reboot and why; certificates and licences that end soon. For one host use get_host_details.",
  input: z.strictObject({
    pool_id: z.string().optional().describe("UUID or name"),
    within_days: z.int().min(0).default(30).describe("Soon: within so many days, no bound"),
  }),
  output: z.object({
    within_days: z.number().optional(),
    hosts: z.number().optional(),
    end_of_support: z.looseObject({}).optional().describe("Hosts whose version has ended"),
    pools: list.optional(),
    reboots: list.optional().describe("Hosts that need one"),
    endings: list.optional().describe("The next first"),
    warnings,
  }),
  examples: [{}],
  needs: {
    parts: {
      hosts: ["hosts"],
      pools: ["pools"],
      "pools.hosts": ["hosts"],
      "pools.versions_differ": ["hosts"],
      "pools.versions": ["hosts"],
      reboots: ["hosts"],
      endings: ["hosts"],
    },
    pools: { pools: "id" },
  },
  async run({ pool_id, within_days }, context) {
    const { xo, now } = context;
    const pool = await resolve(xo, "pools", pool_id);
    const [pools, all] = await Promise.all([
      pool === undefined ? xo.records("pools", PoolName) : [pool],
      xo.records("hosts", HostVersion),
      warnOfGaps(context),
    ]);
    const hosts = all.filter(({ $pool }) => pool === undefined || $pool === pool.id);
    const counting = readPatchCounts(context);
    const patches = await readPatches(context, pools, all, counting);
    const seesHosts = (await context.sight()).whole("hosts");
    warnOfUnknown(context, hosts);

    const byName = (a: PoolRecord, b: PoolRecord) => a.name_label.localeCompare(b.name_label);
    const hostsOf = Map.groupBy(hosts, ({ $pool }) => $pool ?? "");
    const names = namesById(pools);
    const place = (host: HostRecord) => ({
      host: nameOf(host),
      host_id: host.id,
      pool: names.get(host.$pool ?? "") ?? host.$pool,
    });
    return {
      within_days,
      hosts: hosts.length,
      end_of_support: endOfSupport(await counting, all, seesHosts),
      pools: pools.toSorted(byName).map(({ id, name_label }) => ({
        id,
        name_label,
        ...describeVersions(hostsOf.get(id) ?? []),
        missing_patches: patches.get(id),
      })),
      reboots: hosts.flatMap((host) => {
        const { needed, reason } = rebootOf(host);
        return needed === true ? [{ ...place(host), reason }] : [];
      }),
      endings: hosts
        .flatMap((host) =>
          endingsOf(host, within_days, now).map((ending) => ({ ...ending, ...place(host) })),
        )
        .toSorted((a, b) => a.days_left - b.days_left),
    };
  },
});

/** XO has no list of patches: it looks for them pool by pool, at the makers' repositories. */
async function readPatches(
  context: Context,
  pools: readonly PoolRecord[],
  hosts: readonly HostRecord[],
  counting: Promise<PatchCounts | undefined>,
) {
  const blindness = counting.then((counts) => blindnessOf(counts, hosts));
  const read = ({ id }: PoolRecord) =>
    readMissingPatches(context, path`/pools/${id}/missing_patches`, mostNames, blindness);
  return new Map(
    await Promise.all(pools.map(async (pool) => [pool.id, await read(pool)] as const)),
  );
}

function describeVersions(hosts: readonly HostRecord[]) {
  const groups = versionsOf(hosts);
  const known = groups.filter(({ version }) => version !== undefined);
  return {
    hosts: hosts.length,
    versions_differ: known.length > 1,
    versions: groups.map(({ version, hosts: members }) => ({
      version: version ?? "unknown",
      host_count: members.length,
      // The few that differ are what one looks for.
      hosts: members.length > hosts.length / 2 ? undefined : namesOf(members),
    })),
  };
}

/** A host that is down tells nothing new, and XO leaves it out of its search for patches without a word. */
function warnOfUnknown({ warn }: Context, hosts: readonly HostRecord[]): void {
  const down = hosts.filter(({ power_state }) => power_state !== "Running");
  if (down.length > 0) {
    warn(
      say`Hosts that do not run were not looked at for patches, and what is told of them may be old: ${listed(namesOf(down))}.`,
    );
  }
  const silent = hosts.filter((host) => rebootOf(host).needed === undefined);
  if (silent.length > 0)
    warn(say`Whether these need a reboot is unknown: ${listed(namesOf(silent))}.`);
  const bare = hosts.filter(({ certificates }) => !certificates || certificates.length === 0);
  if (bare.length > 0) warn(say`The certificates of these are unknown: ${listed(namesOf(bare))}.`);
}

function namesOf(hosts: readonly HostRecord[]): string[] {
  const names = hosts.map(nameOf).toSorted();
  return names.length <= 20 ? names : [...names.slice(0, 20), `and ${names.length - 20} more`];
}
