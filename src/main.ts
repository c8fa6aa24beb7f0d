import { defineCommand, runCommand } from "citty";
import { findCommand } from "./cli/find-command.ts";
import { helpOf } from "./cli/help.ts";
import { exitCode, toXoError, XoError } from "./errors.ts";
import { quoted, say } from "./sentence.ts";
import { writeStdout } from "./render/stdout.ts";
import { childWord } from "./sqlite/child-word.ts";
import { commit, target, version } from "./version.ts";

const root = defineCommand({
  meta: {
    name: "xo-mcp",
    version,
    description: "A read-only window on Xen Orchestra, for AI assistants and shell scripts",
  },
  subCommands: {
    serve: () => import("./commands/serve.ts").then((module) => module.default),
    check: () => import("./commands/check.ts").then((module) => module.default),
    call: () => import("./commands/call.ts").then((module) => module.default),
    sql: () => import("./commands/sql.ts").then((module) => module.default),
    help: () => import("./commands/help.ts").then((module) => module.default),
  },
});

const setUp = `Set up by variables: XO_URL (https://xo.example.com) and XO_TOKEN, or XO_USERNAME and XO_PASSWORD.
Then: xo-mcp check. Version: xo-mcp --version`;

process.exit(await main(process.argv.slice(2)));

/** Runs what the arguments say; the exit code comes from the kind of error. */
async function main(args: string[]): Promise<number> {
  try {
    if (args.length === 1 && (args[0] === "--version" || args[0] === "-v")) {
      await writeStdout(`xo-mcp ${version} (${commit}, ${target})\n`);
      return 0;
    }
    if (args.length === 1 && args[0] === childWord) {
      const { runChild } = await import("./sqlite/child.ts");
      await runChild();
      return 0;
    }
    const { command, args: rest } = await findCommand(root, withDefault(args));
    const help = wantsHelp(rest) || (rest.length === 0 && command.run === undefined);
    if (help) {
      const text = await helpOf(command, command === root ? "command" : "tool");
      await writeStdout(command === root ? `${text}\n\n${setUp}\n` : `${text}\n`);
      return 0;
    }
    if (command.run === undefined) {
      throw new XoError(
        "usage",
        // What stands behind the sign may be a secret.
        say`Unknown flag ${quoted(rest[0]?.split("=")[0] ?? "")}.`,
        say`Flags stand behind a command; --help lists both.`,
      );
    }
    const { result } = await runCommand(command, { rawArgs: rest });
    return typeof result === "number" ? result : 0;
  } catch (error) {
    const failure = toXoError(error);
    const { log } = await import("./log.ts");
    log.error(String(failure));
    return exitCode(failure.kind);
  }
}

/**
 * Without a command, a host that starts us gets the server, as with the official package's command
 * of the same name; a person at a terminal gets the help.
 */
function withDefault(args: string[]): string[] {
  const named = args.some((arg) => !arg.startsWith("-"));
  return named || wantsHelp(args) || process.stdin.isTTY ? args : ["serve", ...args];
}

function wantsHelp(args: string[]): boolean {
  return args.includes("--help") || args.includes("-h");
}
