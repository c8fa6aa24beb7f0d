import type { Flag } from "../cli/flags.ts";
import { Session, type SessionOptions } from "../session.ts";

export const verboseFlag: Flag = {
  name: "verbose",
  type: "boolean",
  description: "Trace each request to XO on stderr: route, status, time",
};

/** The session of a command; what is odd about its settings comes with the first answer. */
export async function openSession(
  options: Pick<SessionOptions, "budget" | "remarks">,
  verbose: boolean,
): Promise<Session> {
  return new Session({ ...options, trace: verbose ? await tracing() : undefined });
}

/** The session of a command for a shell, where nobody counts characters. */
export function openShellSession(verbose: boolean): Promise<Session> {
  return openSession({ budget: Number.POSITIVE_INFINITY }, verbose);
}

/** The logger is loaded only when something is to be said. */
async function tracing(): Promise<(line: string) => void> {
  const { log } = await import("../log.ts");
  return (line) => log.info(line);
}
