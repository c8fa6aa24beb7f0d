import { defineCommand } from "citty";
import { type Flag, readFlags, usageOf } from "../cli/flags.ts";
import { openShellSession, verboseFlag } from "./open-session.ts";
import { outputFlag, print, readFormat } from "./print.ts";

const flags: Flag[] = [
  { name: "limit", type: "number", description: "At most so many rows" },
  outputFlag,
  verboseFlag,
];

const statement = "statement";

export default defineCommand({
  meta: {
    name: "xo-mcp sql",
    description:
      "Ask the estate in SQL: one SQLite select over its tables. Without a statement, the tables with examples; `describe vms` tells the columns of one; - reads the statement from standard input",
  },
  args: { [statement]: { type: "positional", required: false }, ...usageOf(flags) },
  async run({ rawArgs }) {
    const values = readFlags(rawArgs.map(asStatement), flags, statement);
    const format = readFormat(values.get("output"));
    const given = String(values.get(statement) ?? "");
    const sql = given === "-" ? await Bun.stdin.text() : given;
    const limit = values.get("limit");
    const session = await openShellSession(values.get("verbose") === true);
    // While the tables are loaded here, the child that will run the statement starts.
    if (/select|values/i.test(sql)) await session.children.warm();
    const { querySql } = await import("../tools/query-sql.ts");
    const args = { sql, ...(limit !== undefined && { limit }) };
    await print(await session.call(querySql, args), format);
    return 0;
  },
});

/** A statement may begin with a comment, which looks like a flag. */
function asStatement(argument: string): string {
  return /^--(?:\s|.*\n)/.test(argument) ? `\n${argument}` : argument;
}
