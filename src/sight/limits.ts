import type { Needs } from "./needs.ts";
import { resourceOf, type Seen, visible } from "./nouns.ts";
import type { Sight } from "./sight.ts";

interface Answering {
  name: string;
  needs: Needs | undefined;
}

/**
 * What an account does not see, in XO's words for the rights that its roles lack, and what that does
 * to the tools; nothing where it sees everything. query_objects and find_objects answer for what is
 * seen, whatever that is.
 */
export function limitsOf(sight: Sight, tools: readonly Answering[]) {
  const resources = (degree: "none" | "some") =>
    visible.filter((each) => sight.of(each) === degree).map(resourceOf);
  const named = <T>(items: T[]) => (items.length === 0 ? undefined : items);
  const silent = tools.filter(({ needs }) => needs && isSilent(needs, sight));
  const limited = tools.filter(
    (tool) => tool.needs && !silent.includes(tool) && isLimited(tool.needs, sight),
  );
  return {
    not_seen: named(resources("none")),
    seen_in_part: named(resources("some")),
    silent_tools: named(silent.map(({ name }) => name)),
    limited_tools: named(limited.map(({ name }) => name)),
  };
}

/** Whether nothing of an answer is left. */
function isSilent({ parts = {}, subject = [] }: Needs, sight: Sight): boolean {
  const isHidden = (seen: Seen) => sight.of(seen) === "none";
  if (subject.length > 0) return subject.every(isHidden);
  if (parts["items"] !== undefined) return parts["items"].some(isHidden);
  const all = Object.values(parts);
  return all.length > 0 && all.every((needed) => needed.some(isHidden));
}

function isLimited({ parts, rankings, lookups }: Needs, sight: Sight): boolean {
  return Object.values({ ...parts, ...rankings, ...lookups }).some(
    (needed) => sight.lack(needed) !== undefined,
  );
}
