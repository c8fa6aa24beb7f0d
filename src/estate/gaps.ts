import type { Context } from "../tool.ts";
import { cleanText } from "../untrusted.ts";
import { path } from "../xo/path.ts";
import { Server } from "../xo/records/server.ts";
import { User } from "../xo/records/user.ts";
import { type Sight, sightOf } from "./sight.ts";
import type * as z from "zod";

interface Gaps {
  /** Asked for when it is needed: an account with roles costs a request. */
  sight(): Promise<Sight>;
  /** Whether XO is connected to all its pools: what it does not show is gone only then. */
  allPools: boolean;
}

/**
 * Warns of what an answer cannot know. XO leaves the objects of a lost pool, and those an account
 * may not see, out of every collection without a word.
 * @returns what the account may see, for tools that conclude something from what is absent
 */
export async function warnOfGaps({ xo, warn }: Pick<Context, "xo" | "warn">): Promise<Gaps> {
  const [account, servers] = await Promise.allSettled([
    xo.get(path`/users/me`, User),
    xo.list("servers", Server),
  ]);
  const isAdmin = account.status === "fulfilled" && account.value.permission === "admin";
  const user = account.status === "fulfilled" ? account.value : undefined;
  const sight = () => sightOf(xo, user);
  if (account.status === "rejected") {
    warn("Whether this account sees everything could not be checked.");
  } else if (!isAdmin) {
    warn("This account is limited by roles: what it may not see is missing here without a trace.");
  }
  if (servers.status === "fulfilled") {
    const lost = servers.value.filter((server) => server.status !== "connected");
    if (lost.length > 0) warn(missingPools(lost.map(describeServer)));
    const allPools = lost.length === 0;
    if (servers.value.length > 0) return { sight, allPools };
    if (isAdmin) {
      warn("XO has no pool configured: there is nothing that it could know of.");
      return { sight, allPools };
    }
  }
  warn(uncheckedPools);
  return { sight, allPools: false };
}

export const uncheckedPools =
  "Whether XO is connected to all its pools could not be checked with this account.";

/** What to say of the connections that show nothing, each in the words of `describeServer`. */
export function missingPools(lost: readonly string[]): string {
  const more = lost.length > 5 ? ` and ${lost.length - 5} more` : "";
  return `XO is not connected to ${lost.slice(0, 5).join(", ")}${more}: the objects of these pools are missing here.`;
}

/** A connection in a few words: its name, and why it does not stand. */
export function describeServer(server: z.output<typeof Server>): string {
  const name = cleanText(server.label || server.poolNameLabel || server.host || server.id, 60);
  if (server.enabled === false) return `${name} (disabled)`;
  const reason = reasonOf(server.error);
  return `${name} (${server.status ?? "unknown"}${reason === undefined ? "" : `: ${reason}`})`;
}

/** Only a code: the message of a connection error may hold an address with a password. */
export function reasonOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  const code = "code" in error ? error.code : undefined;
  return typeof code === "string" && /^[A-Z_]{1,60}$/.test(code) ? code : undefined;
}
