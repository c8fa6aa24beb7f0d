import { defineCommand } from "citty";
import type * as z from "zod";
import { type Flag, readFlags, usageOf } from "../cli/flags.ts";
import { wrap } from "../cli/help.ts";
import { exitCode } from "../errors.ts";
import { writeStdout } from "../render/stdout.ts";
import { checkConnection, ConnectionReport } from "../tools/check-connection.ts";
import { openShellSession, verboseFlag } from "./open-session.ts";

const flags: Flag[] = [
  { name: "json", type: "boolean", description: "Print the report as JSON" },
  verboseFlag,
];

export default defineCommand({
  meta: {
    name: "xo-mcp check",
    description: "Check the set-up step by step: settings, network, certificate, account, pools",
  },
  args: usageOf(flags),
  async run({ rawArgs }) {
    const values = readFlags(rawArgs, flags);
    const session = await openShellSession(values.get("verbose") === true);
    const report = ConnectionReport.parse(await session.call(checkConnection, {}));
    await writeStdout(
      values.get("json") === true ? `${JSON.stringify(report, undefined, 2)}\n` : describe(report),
    );
    if (values.get("json") !== true) await warnOf(report.warnings);
    const failure = report.steps.find(({ status }) => status === "failed")?.error;
    return failure === undefined ? 0 : exitCode(failure);
  },
});

async function warnOf(warnings: readonly string[] = []): Promise<void> {
  if (warnings.length === 0) return;
  const { log } = await import("../log.ts");
  for (const warning of warnings) log.warn(warning);
}

const marks = { ok: "ok", warning: "warning", failed: "FAILED", skipped: "-" } as const;

function describe({ steps }: z.output<typeof ConnectionReport>): string {
  return steps
    .flatMap(({ step, status, detail, hint }) => {
      const line = `${marks[status].padEnd(8)} ${step.padEnd(14)} ${detail}`;
      const told = hint === undefined ? [] : wrap(hint, 76).map((text) => " ".repeat(24) + text);
      return [line, ...told].map((text) => `${text}\n`);
    })
    .join("");
}
