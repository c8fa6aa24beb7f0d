import * as z from "zod";
import { oneLine, withoutCredentials } from "../untrusted.ts";
import { withoutPlaces } from "./places.ts";

const longest = 200;

/** Characters that are looked at: whole words, for half of a secret would not be known as one. */
const reach = 4_000;

/**
 * What XO says of a failure, in one line that may be shown: such texts quote command lines, addresses
 * and requests, and with them passwords and keys.
 */
export function saidInOneLine(text: string): string {
  const bare = withoutCredentials(oneLine(wholeWords(text)).trim())
    // All of a command line but its program: what follows may be credentials in any form.
    .replace(/^(Command failed[^:]*): *(\S+).*/i, "$1: $2 …")
    .replace(/(:\/\/[^\s?#]*)([?#]\S*)?/g, (_, address, query) => address + (query ? "?…" : ""))
    // Of several cookies each may be one.
    .replace(/\b(cookie["']?) {0,9}[=:].*/gi, "$1: [secret]")
    .replace(/\b(Basic|Bearer) +[\w+/=.~-]{6,}/gi, "$1 [secret]")
    .replace(secretPair, "$1$2[secret]")
    .replace(/\b(?:AKIA|ASIA)[A-Z0-9]{12,}\b/g, "[secret]")
    // A key or a hash, but no path and no UUID.
    .replace(/[A-Za-z0-9+=_]{40,}/g, "…")
    .replace(/OpaqueRef:[\w-]+/g, "an object");
  return oneLine(bare, longest).replace(/[.\s]{1,20}$/, "");
}

function wholeWords(text: string): string {
  if (text.length <= reach) return text;
  const end = text.slice(0, reach).search(/\s\S*$/);
  return `${text.slice(0, Math.max(0, end))} …`;
}

// password=x, "secretKey": "x", token: x
const secretPair =
  /((?:pass|pwd|secret|token|credential|user|key|authorization|signature|session)[\w-]{0,40}["']?)( {0,9}[=:] {0,9})(?!\w{1,9} \[secret\])(?:(?:Basic|Bearer|Digest) {1,9})?(?:"[^"]*"?|'[^']*'?|[^\s,;&"')]+)/gi;

const problem = z.object({
  code: z.union([z.string(), z.number()]).nullish().catch(undefined),
  message: z.string().nullish().catch(undefined),
  name: z.string().nullish().catch(undefined),
  stderr: z.string().nullish().catch(undefined),
});

export type Problem = z.output<typeof problem>;

/** The parts of an error that may be read. Its command and its short message are a command line. */
export function problemOf(error: unknown): Problem | undefined {
  if (typeof error === "string") return error.trim() === "" ? undefined : { message: error };
  const parsed = problem.safeParse(error);
  return parsed.success ? parsed.data : undefined;
}

/**
 * A problem in one line.
 * @param hidden texts of its record that are not shown, and that it may say again: it is told
 * without them, and without whatever looks like an address
 */
export function wordsOf(
  { code, message, name, stderr }: Problem,
  hidden?: readonly string[],
): string | undefined {
  const said = [stderr, message, code, name].find((text) => text && String(text).trim() !== "");
  if (said === undefined || said === null) return undefined;
  const text = String(said);
  return saidInOneLine(hidden === undefined ? text : withoutPlaces(wholeWords(text), hidden));
}
