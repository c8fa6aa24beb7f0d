/** Room for the warnings that a cut adds, in characters. */
const reserve = 600;

type Answer = Record<string, unknown>;

/** A list somewhere in an answer, with the way to it. */
interface Found {
  path: string;
  list: unknown[];
  /** Characters as JSON. */
  size: number;
}

/**
 * Cuts an answer to its budget: the longest list in it loses its end, and the next longest, until
 * all fits. What was cut is said through `warn`. The items of a page stay: they were cut to what has
 * room, and what is told of the next page fits no fewer of them.
 */
export function fitToBudget(answer: Answer, budget: number, warn: (text: string) => void): Answer {
  let excess = JSON.stringify(answer).length + reserve - budget;
  if (excess <= 0) return answer;
  const cuts = new Map<unknown, unknown[]>();
  for (const { path, list, size } of listsIn(answer).toSorted((a, b) => b.size - a.size)) {
    const kept = fitting(list, Math.max(0, size - excess));
    cuts.set(list, list.slice(0, kept));
    warn(`${path} has ${kept} of ${list.length}: the answer would be too long.`);
    excess -= size - JSON.stringify(list.slice(0, kept)).length;
    if (excess <= 0) break;
  }
  return Object.fromEntries(Object.entries(answer).map(([key, value]) => [key, cut(value, cuts)]));
}

/** How many of the first items have room. */
export function fitting(items: readonly unknown[], room: number): number {
  let left = room;
  const first = items.findIndex((item) => {
    left -= JSON.stringify(item).length + 1;
    return left < 0;
  });
  return first === -1 ? items.length : first;
}

/** The outermost lists of an answer that may be cut. */
function listsIn(value: object, above = ""): Found[] {
  return Object.entries(value).flatMap(([key, item]: [string, unknown]): Found[] => {
    const path = above === "" ? key : `${above}.${key}`;
    if (path === "items" || path === "warnings" || typeof item !== "object" || item === null)
      return [];
    if (!Array.isArray(item)) return listsIn(item, path);
    return [{ path, list: item, size: JSON.stringify(item).length }];
  });
}

function cut(value: unknown, cuts: ReadonlyMap<unknown, unknown[]>): unknown {
  const shorter = cuts.get(value);
  if (shorter !== undefined) return shorter;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, cut(item, cuts)]));
}
