import * as z from "zod";
import { Sentence } from "../sentence.ts";
import type { Cell } from "./cell.ts";

/**
 * What goes between the program and its child, which alone runs SQLite: lines of JSON, one question and
 * one answer at a time. First the child is told the tables; then, for each statement, it is asked what
 * the statement reads, gets the rows of that, and runs it.
 */
const Cells = z.array(z.union([z.string(), z.number(), z.null()]));

/** Thousands of them, from this very build: not looked at one by one. */
const Rows = z.custom<Cell[][]>((given) => Array.isArray(given));

/** Names of columns by table. */
const Columns = z.record(z.string(), z.array(z.string()));

export const Request = z.discriminatedUnion("ask", [
  /** The tables, as statements that create them empty. No answer. */
  z.object({ ask: z.literal("schema"), schema: z.string() }),
  /** Whether it is there; what it had of a statement it forgets. @see Resting */
  z.object({ ask: z.literal("rest") }),
  /** What the statement reads. @see Prepared */
  z.object({ ask: z.literal("prepare"), sql: z.string(), now: z.number(), ends: z.number() }),
  /** Rows of a table, of which the statement's connection has these columns alone. No answer. */
  z.object({
    ask: z.literal("load"),
    table: z.string(),
    create: z.string(),
    columns: z.number(),
    rows: Rows,
  }),
  /** @see Ran */
  z.object({
    ask: z.literal("run"),
    /** At most so many rows, and characters of rows as JSON; no bound where they are absent. */
    limit: z.number().optional(),
    room: z.number().optional(),
    /** The columns of estate tables that the statement names: of these it is told what they hold. */
    reads: Columns,
  }),
]);
export type Request = z.output<typeof Request>;

/** Who the child is: another build has another protocol. */
export const Hello = z.object({ build: z.string() });

export const Resting = z.object({ resting: z.literal(true) });

/** What a statement does that this program does not do, or what SQLite says against it. */
export const Failed = z.object({
  failed: z.enum(["error", "refused", "several"]),
  /** SQLite's own words, or what was refused. */
  message: z.string(),
});

export const Prepared = z.object({
  /** What it reads of the tables, as SQLite tells it. */
  reads: Columns,
});

/** What the columns of a table hold, for an answer that is none. */
export const Content = z.object({
  table: z.string(),
  rows: z.number(),
  columns: z.array(
    z.object({
      name: z.string(),
      nulls: z.number(),
      /** Where they are few. */
      values: Cells.optional(),
    }),
  ),
});

export const Ran = z.object({
  columns: z.array(z.string()),
  rows: Rows,
  total: z.number(),
  /** Sentences about the statement and what it read. */
  remarks: z.array(Sentence),
  /** What the tables held, where the answer is none. */
  held: z.array(Content),
});

/** The child's last word, before it ends itself. */
export const Ended = z.object({ ended: z.enum(["memory", "deadline"]) });
