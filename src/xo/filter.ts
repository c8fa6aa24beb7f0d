/**
 * XO's filter expressions (complex-matcher): a space is AND, `prop:value`, `|(a b)` OR, `!a` NOT.
 * https://docs.xen-orchestra.com/manage_infrastructure#live-filter-search
 */

/** `prop` is exactly this id. Ids are UUIDs: nothing in them has a meaning in a regular expression. */
export function hasId(property: string, id: string): string {
  return `${property}:/^${id}$/`;
}

/** All of these conditions. The caller's own expression must be the last: its errors stay at its end. */
export function allOf(...conditions: (string | undefined)[]): string | undefined {
  const given = conditions.filter(
    (condition) => condition !== undefined && condition.trim() !== "",
  );
  return given.length === 0 ? undefined : given.join(" ");
}

/** What a filter asks, as far as a reader can tell without evaluating it. */
export interface FilterParts {
  /** Top-level property names, as written. */
  properties: string[];
  /** Properties compared with `true` or `false`, which never matches a boolean in XO. */
  booleans: string[];
  openQuote: boolean;
}

/** Takes a filter apart, to tell why it may have matched nothing. */
export function dissect(filter: string): FilterParts {
  const unquoted = filter
    .replace(/"(?:[^"\\]|\\.)*"/g, "_")
    .replace(/:\/(?:[^/\\]|\\.)*\/[a-z]*/g, ":_");
  const heads = [...unquoted.matchAll(/(?:^|[\s(!|])([\w$.-]+)(?=[:?])/g)].map(
    (match) => match[1] ?? "",
  );
  const booleans = [...unquoted.matchAll(/([\w$.-]+):(?:true|false)(?=$|[\s)])/gi)];
  return {
    properties: [...new Set(heads)],
    booleans: [...new Set(booleans.map((match) => match[1] ?? ""))],
    openQuote: unquoted.includes('"'),
  };
}
