import { writeSync } from "node:fs";
import { build, target } from "../version.ts";
import { lines } from "./lines.ts";
import { Request } from "./protocol.ts";
import { Statement, StatementError } from "./statement.ts";

/**
 * The program that runs one statement after another, and nothing else: what SQLite does cannot be
 * interrupted, so it is done where it can be ended. It has no environment, no credential and no
 * connection; its rows come over stdin.
 */
export async function runChild(): Promise<void> {
  const { watchdog, watches } = startWatchdog();
  // Compiled for a quick start, which is not what a large statement needs.
  Bun.unsafe.setJITPolicy(1);
  say({ build });
  let schema = "";
  let statement: Statement | undefined;
  const forget = () => {
    watchdog.postMessage(undefined);
    statement?.close();
    statement = undefined;
  };
  for await (const line of lines(Bun.stdin.stream())) {
    const request = Request.parse(JSON.parse(line));
    try {
      switch (request.ask) {
        case "schema":
          schema = request.schema;
          break;
        case "rest":
          forget();
          say({ resting: true });
          break;
        case "prepare":
          // From here on this thread may be busy for ever.
          await watches;
          forget();
          watchdog.postMessage(request.ends);
          statement = new Statement(schema, request.sql, request.now);
          say(statement.prepare());
          break;
        case "load":
          // Nobody waits for an answer to this: what is wrong is told when the statement runs.
          statement?.load(request);
          break;
        case "run":
          if (statement !== undefined) say(statement.run(request));
          forget();
          break;
      }
    } catch (error) {
      forget();
      const failed = error instanceof StatementError ? error.kind : "error";
      say({ failed, message: error instanceof Error ? error.message : String(error) });
    }
  }
  process.exit(0);
}

/** The thread that ends this process; without it there is no statement. */
function startWatchdog(): { watchdog: Worker; watches: Promise<void> } {
  const watchdog = new Worker(
    target === "source"
      ? new URL("./watchdog.ts", import.meta.url).href
      : // The compiled program has its files by their place in the source.
        new URL("./src/sqlite/watchdog.js", Bun.pathToFileURL(Bun.main)).href,
  );
  const { promise: watches, resolve } = Promise.withResolvers<void>();
  watchdog.addEventListener("message", () => resolve());
  watchdog.addEventListener("error", () => process.exit(1));
  return { watchdog, watches };
}

/** A whole line, however long: the parent reads all of it. */
function say(answer: object): void {
  const bytes = Buffer.from(`${JSON.stringify(answer)}\n`);
  for (let at = 0; at < bytes.length;) at += writeSync(1, bytes, at);
}

if (import.meta.main) await runChild();
