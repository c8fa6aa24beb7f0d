import type { Flag } from "../cli/flags.ts";

export const verboseFlag: Flag = {
  name: "verbose",
  type: "boolean",
  description: "Trace each request to XO on stderr: route, status, time",
};

/** Where a trace goes, if it is wanted. The logger is loaded only then. */
export async function tracing(wanted: boolean): Promise<((line: string) => void) | undefined> {
  if (!wanted) return undefined;
  const { log } = await import("../log.ts");
  return (line) => log.info(line);
}
