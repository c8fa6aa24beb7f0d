import { XoError } from "../errors.ts";
import { quoted, say } from "../sentence.ts";
import type { Context } from "../tool.ts";
import type { Xo } from "../xo/client.ts";
import { hintForField } from "../xo/filter/advice.ts";
import { definitionsOf } from "../xo/filter/definitions.ts";
import { besideErrors, hiddenTexts, LeftOut, redact, requireShown } from "../xo/redact.ts";
import type { Collection } from "../xo/routes.ts";
import { type Row, valueAt } from "../xo/row.ts";
import { readFiltered } from "./filtered.ts";
import { recordsOf } from "./records.ts";
import { project } from "./fields.ts";
import { type Order, parseSort, sorted } from "./order.ts";
import { type Page, pageOf } from "./page.ts";
import type { ListInput } from "./parameters.ts";
import { tellUnknown } from "./unknown-fields.ts";

/** The collections in which an id of this field stands for an object with a name. */
const references: Record<string, Collection[]> = {
  $pool: ["pools"],
  poolId: ["pools"],
  $host: ["hosts"],
  host: ["hosts"],
  master: ["hosts"],
  // A host for what is on one, else the pool.
  $container: ["hosts", "pools"],
  $SR: ["srs"],
  SR: ["srs"],
  $network: ["networks"],
  $VM: ["vms"],
  VM: ["vms"],
  $snapshot_of: ["vms"],
};

/** A group without a value. */
const none = "(none)";

/**
 * The objects of a collection counted by a field, the largest group first. Of a field that holds a
 * list (tags), each object counts once for each entry.
 * @throws XoError `usage` for a field that no record has, or that is never shown
 */
export async function groupCollection(
  context: Context,
  collection: Collection,
  field: string,
  input: Omit<ListInput, "fields">,
): Promise<Page & { objects: number }> {
  const { xo, warn } = context;
  const definitions = await definitionsOf(collection);
  requireShown("group_by", definitions, field.split("."));
  if (definitions.at(field.split(".")).is !== "known") await requireKnown(xo, collection, field);
  const asked = [field, ...besideErrors(definitions, [field])];
  const rows = await readFiltered(context, recordsOf(context, collection, [], asked), input.filter);
  const left = new LeftOut();
  const values = rows.map((row) => {
    const texts = hiddenTexts(row, definitions);
    const shown = redact(project(row, [field]), definitions, left, texts);
    return valueAt(shown, field) ?? none;
  });
  if (rows.length > 0 && values.every((value) => value === none)) {
    await requireKnown(xo, collection, field);
  }
  if (values.some(Array.isArray)) {
    warn(say`${quoted(field)} holds several values: an object counts in each of its groups.`);
  }
  const counts = countValues(values);
  const names = await namesFor(xo, collection, field, [...counts.values()]);
  const named = [...counts.values()].map(({ value, count }) => ({
    value,
    name: names.get(value),
    count,
  }));
  const groups = sorted(named, [{ field: "value", descending: false }]);
  return {
    objects: rows.length,
    ...pageOf(context, groups, { ...input, order: orderOf(context, input.sort) }),
  };
}

/** A group has a value, a name where it stands for an object, and a count. */
function orderOf({ warn }: Context, sort = "-count"): Order[] {
  const known = new Set(["value", "name", "count"]);
  const order = parseSort(sort);
  for (const { field } of order) {
    if (!known.has(field))
      warn(say`A group has no field ${quoted(field)}. ${hintForField(field, known)}`);
  }
  return order;
}

interface Group {
  value: unknown;
  count: number;
}

function countValues(values: readonly unknown[]): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const value of values) {
    const entries = Array.isArray(value) ? (value.length === 0 ? [none] : value) : [value];
    const byText = new Map(entries.map((entry) => [JSON.stringify(entry), entry]));
    for (const [text, entry] of byText) {
      const group = groups.get(text);
      if (group === undefined) groups.set(text, { value: entry, count: 1 });
      else group.count += 1;
    }
  }
  return groups;
}

async function requireKnown(xo: Xo, collection: Collection, field: string): Promise<void> {
  const unknown = await tellUnknown(xo, collection, field);
  if (unknown !== undefined)
    throw new XoError("usage", say`group_by: ${unknown.text}`, unknown.hint);
}

/** Names by id, where the field refers to objects that have one. */
async function namesFor(
  xo: Xo,
  collection: Collection,
  field: string,
  groups: readonly Group[],
): Promise<ReadonlyMap<unknown, unknown>> {
  // A disk's snapshot is one of a disk, and there are too many of those to read them for a name.
  const targets =
    collection === "vdi-snapshots" && field === "$snapshot_of" ? [] : references[field];
  if (targets === undefined || groups.every(({ value }) => value === none)) return new Map();
  const found = await Promise.all(targets.map((target) => xo.raw(target, ["id", "name_label"])));
  return new Map(found.flat().map((row: Row) => [row["id"], row["name_label"]]));
}
