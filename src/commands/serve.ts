import { Writable } from "node:stream";
import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { defineCommand } from "citty";
import { type Flag, readFlags, usageOf } from "../cli/flags.ts";
import { readBudget } from "../config.ts";
import { toXoError, XoError } from "../errors.ts";
import { createServer } from "../mcp/server.ts";
import { lostBy, requireStdout } from "../render/stdout.ts";
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
    const ended = endOfInput(server);
    const frames = new Frames();
    await server.connect(new StdioServerTransport(process.stdin, frames));
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
    await frames.handOver();
    if (end !== "overflow") return 0;
    throw new XoError("usage", "A message on standard input is longer than 10 MiB.");
  },
});

/** Frames on their way to the host, one after the other: it may read slowly. */
class Frames extends Writable {
  constructor() {
    super();
    // Each frame that has to wait listens for its turn.
    this.setMaxListeners(0);
  }

  override _write(frame: Buffer, _encoding: string, done: () => void): void {
    // An error is stdout's own, which ends the server.
    process.stdout.write(frame, () => done());
  }

  /** Waits until the host has taken them all, as long as it takes any. */
  async handOver(): Promise<void> {
    const all = new Promise<boolean>((resolve) => this.end(() => resolve(true)));
    for (let left = Number.POSITIVE_INFINITY; this.writableLength < left;) {
      left = this.writableLength;
      if (await Promise.race([all, Bun.sleep(grace).then(() => false)])) return;
    }
  }
}

/**
 * Why to end: the host has closed stdin, wants an end at once, or sent what no message can be.
 * @throws XoError `server` when what we write is lost
 */
function endOfInput(server: Server): Promise<"input" | "signal" | "overflow"> {
  return new Promise((resolve, reject) => {
    process.stdin.once("end", () => resolve("input"));
    process.stdin.once("close", () => resolve("input"));
    process.once("SIGINT", () => resolve("signal"));
    process.once("SIGTERM", () => resolve("signal"));
    // The transport gives up by itself, and would never hear of the end of stdin.
    server.onclose = () => resolve("overflow");
    process.stdout.on("error", (error) => reject(lostBy(error)));
  });
}

/** A wrong variable must not keep the server from starting. */
function budgetOrStandard(): { budget: number; remarks?: string[] } {
  try {
    return { budget: readBudget() };
  } catch (error) {
    const { message, hint = "" } = toXoError(error);
    return { budget: readBudget({}), remarks: [`${message} ${hint}`] };
  }
}
