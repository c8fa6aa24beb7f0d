import type { Flag } from "../cli/flags.ts";
import { Session } from "../session.ts";

export const verboseFlag: Flag = {
  name: "verbose",
  type: "boolean",
  description: "Trace each request to XO on stderr: route, status, time",
};

/** The session of a command; what is odd about its settings is told at once. */
export async function openSession(budget: number, verbose: boolean): Promise<Session> {
  const session = new Session({ budget, trace: verbose ? await tracing() : undefined });
  const warnings = session.warnings();
  if (warnings.length > 0) {
    const { log } = await import("../log.ts");
    for (const warning of warnings) log.warn(warning);
  }
  return session;
}

/** The logger is loaded only when something is to be said. */
async function tracing(): Promise<(line: string) => void> {
  const { log } = await import("../log.ts");
  return (line) => log.info(line);
}
