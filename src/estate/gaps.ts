import type { Context } from "../tool.ts";
import type { Xo } from "../xo/client.ts";
import { Pool } from "../xo/records/pool.ts";
import { Server } from "../xo/records/server.ts";
import * as z from "zod";
import { quoted, say, type Sentence } from "../sentence.ts";
import { firstOf } from "./name.ts";

type ServerRecord = z.output<typeof Server>;

interface Gaps {
  /** Whether XO is connected to all its pools: what it does not show is gone only then. */
  allPools: boolean;
}

/** With the names, as tools ask for them: then both share one request. */
const PoolName = Pool.pick({ id: true, name_label: true });

/**
 * Warns of what an answer cannot know because of XO's connections: it leaves the objects of a lost
 * pool out of every collection without a word.
 */
export async function warnOfGaps({
  xo,
  sight,
  warn,
}: Pick<Context, "xo" | "sight" | "warn">): Promise<Gaps> {
  const [seen, servers] = await Promise.all([
    sight(),
    xo.records("servers", Server).catch(() => undefined),
  ]);
  if (!seen.isTold) warn(say`Whether this account sees everything could not be checked.`);
  // A pool that is not shown may be one that the account may not see.
  const shown = servers && seen.whole("pools") ? await shownPools(xo, servers) : undefined;
  const gaps = servers ? connectionGaps(servers, shown) : [];
  for (const gap of gaps) warn(gap);
  if (servers === undefined || !seen.whole("servers")) {
    warn(uncheckedPools);
    return { allPools: false };
  }
  if (servers.length === 0) {
    warn(say`XO has no pool configured: there is nothing that it could know of.`);
  }
  return { allPools: gaps.length === 0 };
}

/** The pools that XO shows, where there is a connection to ask that of; nothing when it cannot be told. */
async function shownPools(
  xo: Xo,
  servers: readonly ServerRecord[],
): Promise<ReadonlySet<string> | undefined> {
  if (servers.every(({ status }) => status !== "connected")) return undefined;
  try {
    return new Set((await xo.records("pools", PoolName)).map(({ id }) => id));
  } catch {
    // Whoever needs the pools themselves says so.
    return undefined;
  }
}

export const uncheckedPools = say`Whether XO is connected to all its pools could not be checked with this account.`;

/**
 * How a connection of XO stands:
 * - `lost`: it is not connected, and the objects of its pool are gone from XO;
 * - `silent`: connected, but the pool is not shown, as for seconds after the start of XO;
 * - `double`: never connected, because another entry is connected to the same pool: nothing is
 *   missing (PoolAlreadyConnected);
 * - `stale`: connected, but no event came for minutes, so that what is shown is old. XO puts the
 *   error of its last try beside the state then (xo-server, xen-servers.mjs, _decorateXenServer).
 */
export type Standing = "lost" | "double" | "silent" | "stale" | "good";

const AlreadyConnected = z.object({ poolId: z.string(), connectedServerId: z.string() });

/**
 * @param all the connections beside it
 * @param shown ids of the pools that XO shows; nothing where the account may not see them all
 */
export function standingOf(
  server: ServerRecord,
  all: readonly ServerRecord[],
  shown?: ReadonlySet<string>,
): Standing {
  if (server.status !== "connected") {
    const { data } = AlreadyConnected.safeParse(server.error);
    // The error was stored once: the other entry may be gone since.
    const isDouble = all.some(
      ({ id, status, poolId }) =>
        id === data?.connectedServerId && status === "connected" && poolId === data.poolId,
    );
    return isDouble ? "double" : "lost";
  }
  if (shown !== undefined && server.poolId && !shown.has(server.poolId)) return "silent";
  return server.error ? "stale" : "good";
}

/** What the connections leave out of every answer, a sentence for each way; none when all is there. */
export function connectionGaps(
  servers: readonly ServerRecord[],
  shown: ReadonlySet<string> | undefined,
): Sentence[] {
  const byStanding = Map.groupBy(servers, (server) => standingOf(server, servers, shown));
  const named = (standing: Standing) => {
    const found = byStanding.get(standing) ?? [];
    return found.length === 0 ? undefined : firstOf(found.map(describeServer));
  };
  const [lost, silent, stale] = [named("lost"), named("silent"), named("stale")];
  return [
    lost && say`XO is not connected to ${lost}: the objects of these pools are missing here.`,
    silent &&
      say`XO shows no object of ${silent} yet, as after its start: they are missing here. Ask again in a minute.`,
    stale &&
      say`XO has had no event from ${stale} for minutes: what it shows of these pools is old.`,
  ].filter((sentence) => sentence !== undefined);
}

/** A connection in a few words: its name, and why it does not stand. */
export function describeServer(server: ServerRecord): Sentence {
  const name = quoted(server.label || server.poolNameLabel || server.host || server.id, 60);
  if (server.enabled === false) return say`${name} (disabled)`;
  const reason = reasonOf(server.error);
  const why = reason === undefined ? "" : say`: ${quoted(reason)}`;
  return say`${name} (${quoted(server.status ?? "unknown")}${why})`;
}

/** Only a code: the message of a connection error may hold an address with a password. */
export function reasonOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const code = "code" in error ? error.code : undefined;
  return typeof code === "string" && /^[A-Z_]{1,60}$/.test(code) ? code : undefined;
}
