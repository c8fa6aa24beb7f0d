/** What a cell holds for SQLite. Absent is null, never an empty text. */
export type Cell = string | number | null;
