import { XoError } from "../errors.ts";
import { quoted, say } from "../sentence.ts";
import type { Definitions } from "../xo/filter/definitions.ts";
import { hiddenOn, requireShown } from "../xo/redact.ts";
import type { Asked } from "./list.ts";
import type { Order } from "./order.ts";

/** What a caller named of a collection, by whether it is on the list of what is shown. */
interface AskedOfRecords extends Asked {
  /** Names that are not on the list, also of the order: XO is not asked for them. */
  unlisted: string[];
}

/** @throws XoError `usage` for an order by what is left out, which would tell it */
export function askedOf(
  definitions: Definitions,
  fields: readonly string[],
  order: readonly Order[],
): AskedOfRecords {
  for (const { field } of order) requireSortable(definitions, field);
  const isShown = (field: string) => definitions.at(field.split(".")).is === "known";
  const hidden = fields.flatMap((field) => hiddenOn(definitions, field) ?? []);
  const names = [...fields, ...order.map(({ field }) => field)];
  return {
    shown: fields.filter((field) => field === "*" || isShown(field)),
    order: order.filter(({ field }) => isShown(field)),
    hidden,
    unlisted: [...new Set(names)].filter(
      (field) => field !== "*" && !isShown(field) && hiddenOn(definitions, field) === undefined,
    ),
  };
}

function requireSortable(definitions: Definitions, field: string): void {
  const path = field.split(".");
  requireShown("sort", definitions, path);
  const place = definitions.at(path);
  if (place.is !== "known" || !place.kinds.includes("said")) return;
  throw new XoError(
    "usage",
    say`sort: ${quoted(field)} is an error, which may hold credentials: it is told without them, and gives no order.`,
    say`Sort by another field.`,
  );
}
