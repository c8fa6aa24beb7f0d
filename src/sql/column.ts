import { iso } from "../time.ts";
import { withoutCredentials } from "../untrusted.ts";
import type { Cell } from "../sqlite/cell.ts";
import type { Fact } from "./fact.ts";
import type { Context } from "../tool.ts";

/**
 * What a column holds, and so its type and its unit:
 * - `id`, `text`: TEXT;
 * - `time`: TEXT as 2026-11-28T12:00:00Z, from Unix seconds;
 * - `flag`: INTEGER, 0 or 1;
 * - `count`: INTEGER;
 * - `bytes`, `number`: REAL, so that sums do not overflow and ratios are no whole numbers.
 */
export type Kind = keyof typeof kinds;

type Given = string | number | boolean | null | undefined;

const kinds = {
  id: "TEXT",
  text: "TEXT",
  time: "TEXT",
  flag: "INTEGER",
  count: "INTEGER",
  bytes: "REAL",
  number: "REAL",
} as const;

/** What is said of a column: in the tool's own text only what an everyday question needs. */
export interface Saying {
  /** What it really says, in a few words; nothing where its name says it. */
  says?: string;
  /** Its values, where they are few. */
  values?: readonly string[];
  /** Whether it stands in the tool's description, and not in the table's alone. */
  everyday?: boolean;
}

/** A column of a table whose rows are made of an R. */
export interface Column<R> extends Saying {
  readonly kind: Kind;
  /** The keys of R that it needs. */
  readonly keys: readonly (keyof R & string)[];
  /** What else it looks up, if anything. */
  readonly fact: Fact<unknown> | undefined;
  /** What gives its value of a row, when all that it looks up is there. */
  prepare(context: Context): Promise<(row: R) => Cell>;
}

/** Makes the columns of a table whose rows are made of an R: each says which of its keys it needs. */
export function columnsOf<R>() {
  const lookingUp =
    (isNullIfHidden: boolean) =>
    <K extends keyof R & string, F>(
      fact: Fact<F>,
      kind: Kind,
      keys: readonly K[],
      value: (row: Pick<R, K>, known: F) => Given,
      saying: Saying = {},
    ): Column<R> => {
      const prepare = async (context: Context) => {
        const [known, sight] = await Promise.all([
          fact.in(context),
          isNullIfHidden ? context.sight() : undefined,
        ]);
        if (sight?.lack(fact.needs) !== undefined) return () => null;
        return (row: R) => cellOf(kind, value(row, known));
      };
      return { ...saying, kind, keys, fact, prepare };
    };
  return {
    /** Of these keys alone. */
    column<K extends keyof R & string>(
      kind: Kind,
      keys: readonly K[],
      value: (row: Pick<R, K>) => Given,
      saying: Saying = {},
    ): Column<R> {
      const prepare = async () => (row: R) => cellOf(kind, value(row));
      return { ...saying, kind, keys, fact: undefined, prepare };
    },
    /** With something looked up beside them. */
    joined: lookingUp(false),
    /** The same of what would be another value if a part of it was hidden: NULL unless all is seen. */
    overAll: lookingUp(true),
  };
}

/** Characters of a text that reach a table: far more than anybody asks for, and SQLite takes no endless one. */
const longestText = 65_536;

export function typeOf(kind: Kind): string {
  return kinds[kind];
}

function cellOf(kind: Kind, value: Given): Cell {
  if (value === undefined || value === null || value === "") return null;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "number") {
    if (kind === "time") return iso(Math.floor(value)) ?? null;
    return Number.isFinite(value) ? value : null;
  }
  // Before the statement, which could take apart what is only hidden behind it.
  return withoutCredentials(value.slice(0, longestText));
}
