import { constants, type DatabaseSync } from "node:sqlite";

/** What is refused of a statement that does something else. */
export const onlyReading = "anything but reading";

/** What a statement may read, table by table, as SQLite tells it while it prepares. */
export class Authorizer {
  /** Columns by table; a table of which no column is read stands here too. */
  readonly reads = new Map<string, Set<string>>();
  /** What the statement wants to do and may not, in a few words. */
  refused: string | undefined;
  /** Whether it asks which tables there are. */
  readsSchema = false;

  readonly #allowed: Allowed;

  constructor(allowed: Allowed) {
    this.#allowed = allowed;
  }

  /** Watches a connection, and lets it read and nothing else. */
  watch(db: DatabaseSync): void {
    db.setAuthorizer((action, name, detail) =>
      this.#allows(action, name ?? "", detail ?? "") ? constants.SQLITE_OK : constants.SQLITE_DENY,
    );
  }

  #allows(action: number, name: string, detail: string): boolean {
    switch (action) {
      case constants.SQLITE_SELECT:
      case constants.SQLITE_RECURSIVE:
        return true;
      case constants.SQLITE_FUNCTION:
        return (
          this.#allowed.functions.has(detail.toLowerCase()) ||
          this.#refuse(`the function ${detail}`)
        );
      case constants.SQLITE_READ:
        return this.#mayRead(name, detail);
      default:
        return this.#refuse(onlyReading);
    }
  }

  #mayRead(table: string, column: string): boolean {
    const own = table.toLowerCase();
    if (this.#allowed.modules.has(own) || /^(?:pragma|sqlite)_(?!master$|schema$)/.test(own)) {
      return this.#refuse(`the table ${table}`);
    }
    if (/^sqlite_(?:master|schema)$/.test(own)) this.readsSchema = true;
    // What a statement defines for itself, or makes of a JSON text, holds nothing of ours.
    if (!this.#allowed.tables.has(own)) return true;
    if (column.toUpperCase() === "ROWID") return this.#refuse("rowid: a row's key is its id");
    const columns = this.reads.get(own) ?? new Set();
    if (column !== "") columns.add(column);
    this.reads.set(own, columns);
    return true;
  }

  #refuse(what: string): false {
    this.refused ??= what;
    return false;
  }
}

/**
 * Functions that reach beyond a statement, or tell of the program; most are in other builds of SQLite
 * alone, and stand here for those that may come.
 */
const dangerous =
  /^(?:load_extension|writefile|readfile|edit|fts3_tokenizer|fts\w*|sqlite_log|sqlite_compileoption_\w+|sqlite_source_id|zipfile\w*|rtree\w*|geopoly\w*|matchinfo|optimize|snippet|offsets|highlight|bm25|last_insert_rowid|changes|total_changes)$/;

/** What a connection has, and a statement may use of it. */
export interface Allowed {
  tables: ReadonlySet<string>;
  functions: ReadonlySet<string>;
  /** Tables that are programs: none of these may be used. */
  modules: ReadonlySet<string>;
}

/** Of a connection that nobody watches yet. */
export function allowedOn(db: DatabaseSync): Allowed {
  const names = (sql: string) =>
    db
      .prepare(sql)
      .all()
      .map(({ name }) => String(name).toLowerCase());
  const functions = names("select distinct name from pragma_function_list");
  const modules = names("select name from pragma_module_list");
  return {
    tables: new Set(names("select name from sqlite_master where type = 'table'")),
    functions: new Set(functions.filter((name) => !dangerous.test(name))),
    modules: new Set(modules.filter((name) => !/^json_(?:each|tree)$/.test(name))),
  };
}
