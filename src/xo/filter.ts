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
