import type { DatabaseSync, StatementSync } from "node:sqlite";
import type * as z from "zod";
import { wordsOf } from "./words.ts";
import { allowedOn, Authorizer, onlyReading } from "./authorizer.ts";
import { setClock } from "./clock.ts";
import { insert, openDatabase } from "./database.ts";
import type { Failed, Prepared, Ran, Request } from "./protocol.ts";
import { contentOf, isNothing, remarksOf } from "./remarks.ts";
import { rowsOf } from "./rows.ts";

type Load = Extract<Request, { ask: "load" }>;
type Run = Extract<Request, { ask: "run" }>;

/** Why a statement is not run; the message is SQLite's own, or says what was refused. */
export class StatementError extends Error {
  readonly kind: z.output<typeof Failed>["failed"];

  constructor(kind: z.output<typeof Failed>["failed"], message: string) {
    super(message);
    this.kind = kind;
  }
}

/** One statement: prepared against empty tables for what it reads, and run when that is loaded. */
export class Statement {
  readonly #sql: string;
  readonly #now: number;
  readonly #whole: DatabaseSync;
  #loaded: DatabaseSync | undefined;
  readonly #tables = new Set<string>();
  #unloaded: unknown;

  constructor(schema: string, sql: string, now: number) {
    this.#sql = sql;
    this.#now = now;
    this.#whole = openDatabase(schema);
  }

  prepare(): z.output<typeof Prepared> {
    const { reads } = this.#prepared(this.#whole).authorizer;
    return { reads: Object.fromEntries([...reads].map(([table, names]) => [table, [...names]])) };
  }

  load({ table, create, columns, rows }: Load): void {
    this.#loaded ??= openDatabase("");
    try {
      // A table comes in portions.
      if (!this.#tables.has(table)) this.#loaded.exec(create);
      this.#tables.add(table);
      insert(this.#loaded, table, columns, rows);
    } catch (error) {
      this.#unloaded ??= error;
    }
  }

  run({ limit, room, reads }: Run): z.output<typeof Ran> {
    if (this.#unloaded !== undefined) throw this.#unloaded;
    // What reads no table of ours may ask which tables there are.
    const db = this.#loaded ?? this.#whole;
    const { statement, authorizer } = this.#prepared(db);
    const remarks = remarksOf(db, this.#sql, reads);
    const left = room && room - JSON.stringify(remarks).length;
    const { columns, rows, total, inexact } = explained(authorizer, () =>
      rowsOf(statement, limit, left),
    );
    return {
      columns,
      rows,
      total,
      remarks: [...inexact, ...remarks],
      held: isNothing(rows, total) ? contentOf(db, reads) : [],
    };
  }

  close(): void {
    this.#whole.close();
    this.#loaded?.close();
  }

  #prepared(db: DatabaseSync): { statement: StatementSync; authorizer: Authorizer } {
    db.setAuthorizer(null);
    const authorizer = new Authorizer(allowedOn(db));
    setClock(db, this.#now);
    // A placeholder has no value here: it would be NULL, and the answer none.
    db.limits.variableNumber = 0;
    authorizer.watch(db);
    const statement = explained(authorizer, () => db.prepare(this.#sql));
    this.#requireAlone(statement.sourceSQL);
    // Beside the tables that are loaded it would see no others.
    if (authorizer.readsSchema && authorizer.reads.size > 0) {
      throw new StatementError("refused", "sqlite_master together with other tables");
    }
    // What gives no columns is no question.
    if (statement.columns().length === 0) throw new StatementError("refused", onlyReading);
    return { statement, authorizer };
  }

  /** SQLite prepares the first statement and leaves what follows without a word. */
  #requireAlone(first: string): void {
    const rest = wordsOf(this.#sql.slice(first.length)).filter(
      ({ kind, text }) => kind !== "sign" || text !== ";",
    );
    if (rest.length > 0) throw new StatementError("several", "one statement only");
  }
}

/** @throws StatementError for whatever SQLite says */
function explained<T>(authorizer: Authorizer, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const { refused } = authorizer;
    throw new StatementError(
      refused === undefined ? "error" : "refused",
      refused ?? (error instanceof Error ? error.message : String(error)),
    );
  }
}
