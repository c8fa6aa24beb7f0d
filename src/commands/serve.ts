import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { defineCommand } from "citty";
import { type Flag, readFlags, usageOf } from "../cli/flags.ts";
import { readBudget } from "../config.ts";
import { toXoError } from "../errors.ts";
import { createServer } from "../mcp/server.ts";
import { openSession, verboseFlag } from "./open-session.ts";

/** How long calls in flight may take once the host has closed stdin, in milliseconds. */
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
    const session = await openSession(await budgetOrStandard(), values.get("verbose") === true);
    const server = createServer(session);
    const ended = endOfInput();
    await server.connect(new StdioServerTransport());
    // The build starts it with late compilation, which is right for the start only.
    Bun.unsafe.setJITPolicy(1);
    if (process.stdin.isTTY) {
      const { log } = await import("../log.ts");
      log.info(
        "Waiting for an MCP client on standard input. Ctrl-D ends it; `xo-mcp --help` tells more.",
      );
    }

    const inTime = await ended;
    if (inTime) await Promise.race([session.settled(), Bun.sleep(grace)]);
    // Closing cancels what still runs.
    await server.close();
    await new Promise<void>((resolve) => process.stdout.write("", () => resolve()));
    return 0;
  },
});

/** Resolves when the host is done: true at the end of stdin, false when it wants an end at once. */
function endOfInput(): Promise<boolean> {
  return new Promise((resolve) => {
    process.stdin.once("end", () => resolve(true));
    process.stdin.once("close", () => resolve(true));
    process.once("SIGINT", () => resolve(false));
    process.once("SIGTERM", () => resolve(false));
    // Nobody reads any more.
    process.stdout.once("error", () => process.exit(0));
  });
}

/** A wrong variable must not keep the server from starting. */
async function budgetOrStandard(): Promise<number> {
  try {
    return readBudget();
  } catch (error) {
    const { log } = await import("../log.ts");
    log.warn(String(toXoError(error)));
    return readBudget({});
  }
}
