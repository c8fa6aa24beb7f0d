import { type CommandDef, defineCommand, renderUsage, runCommand } from "citty";
import { findCommand } from "./cli/find-command.ts";
import { wantsColor } from "./config.ts";
import { exitCode, toXoError } from "./errors.ts";
import { writeStdout } from "./render/stdout.ts";
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
  },
});

process.exit(await main(process.argv.slice(2)));

/** Runs what the arguments say; the exit code comes from the kind of error. */
async function main(args: string[]): Promise<number> {
  try {
    if (args.length === 1 && (args[0] === "--version" || args[0] === "-v")) {
      await writeStdout(`xo-mcp ${version} (${commit}, ${target})\n`);
      return 0;
    }
    const { command, args: rest } = await findCommand(root, withDefault(args));
    if (wantsHelp(rest) || command.run === undefined) {
      await writeStdout(await usage(command));
      return 0;
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

async function usage(command: CommandDef): Promise<string> {
  const text = `${await renderUsage(command)}\n`;
  return process.stdout.isTTY && wantsColor() ? text : Bun.stripANSI(text);
}
