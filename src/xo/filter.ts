import * as z from "zod";

/**
 * XO's filter expressions (complex-matcher): a space is AND, `prop:value`, `|(a b)` OR, `!a` NOT.
 * https://docs.xen-orchestra.com/manage_infrastructure#live-filter-search
 */

/**
 * An expression that may be sent: one of ours, made here, or a caller's own as `guardFilter` leaves
 * it. XO matches it against whole records, secrets included, so it takes no other text.
 */
export const Filter = z.string().brand("filter");
export type Filter = z.output<typeof Filter>;

/** An expression of ours; what varies in it is a number. */
export function where(literals: TemplateStringsArray, ...numbers: number[]): Filter {
  return Filter.parse(String.raw({ raw: literals }, ...numbers));
}

/** `prop` is exactly this id. Ids are UUIDs: nothing in them has a meaning in a regular expression. */
export function hasId(property: string, id: string): Filter {
  return Filter.parse(`${property}:/^${id}$/`);
}

/** `prop` is exactly one of these ids, of which there is at least one; ids of runs are no UUIDs. */
export function hasOneOf(property: string, ids: readonly string[]): Filter {
  const plain = ids.map((id) => id.replace(/[^\w-]/g, "."));
  return Filter.parse(`${property}:/^(?:${plain.join("|")})$/`);
}

/** One of these conditions. */
export function anyOf(...conditions: Filter[]): Filter {
  return Filter.parse(`|(${conditions.join(" ")})`);
}

/** All of these conditions. The caller's own expression must be the last: its errors stay at its end. */
export function allOf(...conditions: (Filter | undefined)[]): Filter | undefined {
  const given = conditions.filter(
    (condition) => condition !== undefined && condition.trim() !== "",
  );
  return given.length === 0 ? undefined : Filter.parse(given.join(" "));
}
