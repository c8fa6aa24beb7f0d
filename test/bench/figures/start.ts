import { type Bed, environmentOf, type Round, timeOf } from "../bed.ts";
import { memoryOf, StdioSession } from "../stdio-session.ts";

/** What a host waits for and keeps before the first question. */
export function start({ binary, hello, official, small }: Bed): Round {
  const env = environmentOf(small);
  const listed = async (command: readonly string[]) => {
    await using session = new StdioSession(command, env);
    await session.initialize();
    await session.request("tools/list");
    return { took: session.elapsed, resident: memoryOf(session.pid, "VmRSS") };
  };
  return async () => {
    const version = await timeOf([binary, "--version"]);
    const greeting = await timeOf([hello]);
    const ours = await listed([binary, "serve"]);
    const theirs = await listed(official);
    return {
      "--version": { ours: version, baseline: greeting },
      "spawn to tools/list": { ours: ours.took, baseline: theirs.took },
      "resident after tools/list": { ours: ours.resident, baseline: theirs.resident },
    };
  };
}
