/**
 * XO's patterns (value-matcher): an object asks for each of its properties, a list for each of its
 * entries somewhere in a list, anything else for the same value. `__and`, `__or` and `__not` combine.
 */
export function matches(pattern: unknown, value: unknown): boolean {
  if (Array.isArray(pattern)) {
    return (
      Array.isArray(value) && pattern.every((part) => value.some((entry) => matches(part, entry)))
    );
  }
  if (!isObject(pattern)) return pattern === value;
  const entries = Object.entries(pattern);
  if (entries.length === 1) {
    const [key, part]: [string, unknown] = entries[0] ?? ["", undefined];
    if (key === "__and") return Array.isArray(part) && part.every((each) => matches(each, value));
    if (key === "__or") return Array.isArray(part) && part.some((each) => matches(each, value));
    if (key === "__not") return !matches(part, value);
  }
  if (!isObject(value)) return false;
  return entries.every(([key, part]) => {
    const property: unknown = Reflect.get(value, key);
    return property !== undefined && matches(part, property);
  });
}

/** The properties that a pattern asks for, through what combines it. */
export function propertiesOf(pattern: unknown): string[] {
  if (!isObject(pattern)) return [];
  const parts = Object.entries(pattern).flatMap(([key, part]: [string, unknown]) => {
    if (key === "__not") return propertiesOf(part);
    if (key === "__and" || key === "__or") {
      return Array.isArray(part) ? part.flatMap((each) => propertiesOf(each)) : [];
    }
    return [key];
  });
  return [...new Set(parts)];
}

/** The ids of `{id: "a"}` or `{id: {__or: ["a", "b"]}}`; nothing for any other pattern. */
export function idsOf(pattern: unknown): string[] | undefined {
  if (!isObject(pattern) || Object.keys(pattern).join() !== "id") return undefined;
  const { any, none } = choiceOf(Reflect.get(pattern, "id")) ?? {};
  return none?.length === 0 ? any : undefined;
}

/** Which values a property may have and which not; an empty `any` is every value. */
export interface Choice {
  any: string[];
  none: string[];
}

/** The patterns of a property that XO's own forms write; nothing for others, which a person wrote. */
export function choiceOf(pattern: unknown): Choice | undefined {
  if (typeof pattern === "string") return { any: [pattern], none: [] };
  if (Array.isArray(pattern)) return pattern.every(isText) ? both(pattern) : undefined;
  if (!isObject(pattern)) return undefined;
  const [[key, part] = ["", undefined], ...more]: [string, unknown][] = Object.entries(pattern);
  if (more.length > 0) return undefined;
  if (key === "__or" && Array.isArray(part)) {
    const texts = part.flatMap((each) => choiceOf(each)?.any.join(" and ") ?? []);
    return texts.length === part.length ? { any: texts, none: [] } : undefined;
  }
  if (key === "__not") {
    const inner = choiceOf(part);
    return inner?.none.length === 0 ? { any: [], none: inner.any } : undefined;
  }
  if (key === "__and" && Array.isArray(part)) {
    const [first, second, ...others] = part.map((each) => choiceOf(each));
    if (first === undefined || others.length > 0) return undefined;
    if (part.length === 1) return first;
    if (second === undefined || second.any.length > 0 || first.none.length > 0) return undefined;
    return { any: first.any, none: second.none };
  }
  return undefined;
}

/** A list asks for all of its entries at once. */
function both(texts: string[]): Choice {
  return { any: texts.length === 0 ? [] : [texts.join(" and ")], none: [] };
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
