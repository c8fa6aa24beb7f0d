import { setImmediate } from "node:timers/promises";
import * as z from "zod";
import type { Context } from "../tool.ts";
import type { Seen } from "../sight/nouns.ts";
import type { Collection } from "../xo/routes.ts";
import type { Cell } from "../sqlite/cell.ts";
import type { Column, Kind, Saying } from "./column.ts";

/** How a column is told and read, whatever its rows are made of. */
export interface Told extends Saying {
  readonly name: string;
  readonly kind: Kind;
}

/** A table of the estate: what may be said of it, and how its rows come about. */
export interface Table {
  readonly name: string;
  /** A few words. */
  readonly says: string;
  /** One statement that this table is for. */
  readonly example: string;
  readonly columns: readonly Told[];
  /** What its rows are made of: without sight of any there is no table. */
  readonly from: readonly Seen[];
  /** What its rows are made of one or the other of: some without sight of one, none without any. */
  readonly parts: readonly Seen[];
  /** What these columns need beside that. */
  needsOf(columns: readonly string[]): readonly Seen[];
  /** The rows, with these columns alone, in their order. */
  rows(context: Context, columns: readonly string[]): Promise<Cell[][]>;
}

interface Definition<R> {
  name: string;
  says: string;
  example: string;
  from: readonly Seen[];
  parts?: readonly Seen[];
  columns: Record<string, Column<R>>;
  /** What the rows are made of, with at least these keys. */
  read(context: Context, keys: readonly string[]): Promise<readonly R[]>;
}

/** Rows that are made in one go. */
const portion = 500;

/** A table whose rows are made of what `read` gives. */
export function defineTable<R>(definition: Definition<R>): Table {
  const { name, says, example, from, parts = [], columns, read } = definition;
  const known = new Map(Object.entries(columns));
  const chosen = (names: readonly string[]) => names.flatMap((each) => known.get(each) ?? []);
  return {
    name,
    says,
    example,
    from,
    parts,
    columns: [...known].map(([column, { kind, says: saying, values, everyday }]) => ({
      name: column,
      kind,
      ...(saying !== undefined && { says: saying }),
      ...(values !== undefined && { values }),
      ...(everyday !== undefined && { everyday }),
    })),
    needsOf: (names) => [...new Set(chosen(names).flatMap(({ fact }) => fact?.needs ?? []))],
    async rows(context, names) {
      const wanted = chosen(names);
      const keys = [...new Set<string>(wanted.flatMap(({ keys: own }) => own))];
      const [rows, values] = await Promise.all([
        read(context, keys),
        Promise.all(wanted.map((column) => column.prepare(context))),
      ]);
      const cells: Cell[][] = [];
      for (const [at, row] of rows.entries()) {
        // Between them others have their turn.
        if (at % portion === portion - 1) await setImmediate();
        cells.push(values.map((valueOf) => valueOf(row)));
      }
      return cells;
    },
  };
}

/** Reads a collection for a table: of its records the keys that are wanted, and no others. */
export function recordsOf<S extends z.ZodObject>(collection: Collection, record: S) {
  return ({ xo }: Context, keys: readonly string[]): Promise<z.output<S>[]> =>
    xo.records(collection, record, undefined, keys);
}
