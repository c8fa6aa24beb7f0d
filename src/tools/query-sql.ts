import * as z from "zod";
import { answerOf } from "../sql/answer.ts";
import { brief } from "../sql/schema.ts";
import { defineTool } from "../tool.ts";

export const querySql = defineTool({
  name: "query_sql",
  title: "SQL over the estate",
  description:
    "Counts, sums, comparisons and joins that no other tool answers, as one SQLite select over the tables named at sql; with, union and window functions are fine. Example: select name from vms v where not exists (select 1 from vm_disks d where d.vm_id = v.id and d.is_cd_drive = 0). Times are texts in UTC, 2026-11-28T12:00:00Z, and datetime() gives this form: at > datetime('now','-1 day'). Flags are 0 or 1, what is absent is NULL. Counts divide as whole numbers: multiply by 100.0 first. describe vms tells a table's other columns and what each says.",
  input: z.strictObject({
    sql: z
      .string()
      .optional()
      .describe(
        `One select; without it, the tables with examples. Every table has id; x# is two columns, x and x_id. ${brief()}`,
      ),
    limit: z.number().int().min(1).optional().describe("At most so many rows"),
  }),
  output: z.object({
    total: z.number().describe("Rows that the statement gives"),
    returned: z.number(),
    columns: z.array(z.string()),
    rows: z.array(z.array(z.union([z.string(), z.number(), z.null()]))),
    read_at: z.string().optional(),
    looked_at: z.array(z.string()).optional(),
  }),
  examples: [{ sql: "select power_state, count(*) from vms group by power_state" }],
  run: async ({ sql = "", limit }, context) => answerOf(context, sql, limit),
});
