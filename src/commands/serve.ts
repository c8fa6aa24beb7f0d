import { defineCommand } from "citty";
import { type Flag, readFlags, usageOf } from "../cli/flags.ts";
import { readBudget } from "../config.ts";
import { toXoError } from "../errors.ts";
import { type Sentence, say } from "../sentence.ts";
import { createServer } from "../mcp/server.ts";
import { Frames } from "../mcp/stdio/frames.ts";
import { StdioTransport } from "../mcp/stdio/transport.ts";
import { lostBy, requireStdout } from "../render/stdout.ts";
import { whenLeftAlone } from "./left-alone.ts";
import { openSession, verboseFlag } from "./open-session.ts";

/**
 * How long calls in flight may take once the host has closed stdin, and how long we wait for a host
 * that takes nothing of what is written; in milliseconds.
 */
const grace = 2_000;

const flags: Flag[] = [verboseFlag];

export default defineCommand({
  meta: {
    name: "xo-mcp serve",
    description: "Serve MCP over stdin and stdout, for an AI assistant's host to start",
  },
  args: usageOf(flags),
  async run({ rawArgs }) {
    const values = readFlags(rawArgs, flags);
    requireStdout();
    const session = await openSession(budgetOrStandard(), values.get("verbose") === true);
    const server = createServer(session);
    const frames = new Frames();
    const transport = new StdioTransport(process.stdin, frames);
    const ended = endOf(transport);
    await server.connect(transport);
    // The build starts it with late compilation, which is right for the start only.
    Bun.unsafe.setJITPolicy(1);
    if (process.stdin.isTTY) {
      const { log } = await import("../log.ts");
      log.info(
        "Waiting for an MCP client on standard input. Ctrl-D ends it; `xo-mcp --help` tells more.",
      );
    }

    const end = await ended;
    if (end === "input") await Promise.race([session.settled(), Bun.sleep(grace)]);
    // Closing cancels what still runs.
    await server.close();
    await frames.handOver(grace);
    return 0;
  },
});

/**
 * Why to end: the host has closed stdin or gone, or wants an end at once.
 * @throws XoError `server` when what we write is lost
 */
function endOf(transport: StdioTransport): Promise<"input" | "signal"> {
  return new Promise((resolve, reject) => {
    process.stdin.once("end", () => resolve("input"));
    process.stdin.once("close", () => resolve("input"));
    process.once("SIGINT", () => resolve("signal"));
    process.once("SIGTERM", () => resolve("signal"));
    process.stdout.on("error", (error) => reject(lostBy(error)));
    whenLeftAlone(transport, () => resolve("input"));
  });
}

/** A wrong variable must not keep the server from starting. */
function budgetOrStandard(): { budget: number; remarks?: Sentence[] } {
  try {
    return { budget: readBudget() };
  } catch (error) {
    const { message, hint = "" } = toXoError(error);
    return { budget: readBudget({}), remarks: [say`${message} ${hint}`] };
  }
}
