import sql from "./sql.txt" with { type: "text" };

export interface Page {
  /** In a few words. */
  title: string;
  text: string;
}

/** The pages of `xo-mcp help`, by topic. */
export const pages: ReadonlyMap<string, Page> = new Map([
  ["sql", { title: "questions in SQL: the tables, the rules, twenty examples", text: sql }],
]);
