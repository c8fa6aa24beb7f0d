import type { CommandDef } from "citty";
import { XoError } from "../errors.ts";
import { listed, quoted, say } from "../sentence.ts";
import { nearest } from "../nearest.ts";

export interface FoundCommand {
  command: CommandDef;
  /** What is left of the arguments for it. */
  args: string[];
}

/**
 * The command that the leading words name. citty's own look-up takes `call constructor` for a
 * command and does not say what was meant.
 * @throws XoError `usage`
 */
export async function findCommand(
  root: CommandDef,
  args: readonly string[],
): Promise<FoundCommand> {
  const below = await resolved(root.subCommands);
  const [word, ...rest] = args;
  if (below === undefined || word === undefined || word.startsWith("-")) {
    return { command: root, args: [...args] };
  }
  const names = Object.keys(below);
  if (!names.includes(word)) throw unknownCommand(word, names, names.includes("call"));
  const command = await resolved(below[word]);
  return command === undefined ? { command: root, args: [...args] } : findCommand(command, rest);
}

function unknownCommand(word: string, names: string[], atRoot: boolean): XoError {
  const meant = nearest(word, names);
  return new XoError(
    "usage",
    say`Unknown ${atRoot ? "command" : "tool"} ${quoted(word)}${meant === undefined ? "." : say`; did you mean ${quoted(meant)}?`}`,
    say`Known: ${listed(names)}. All only read; changes are made in XO's own interface.`,
  );
}

/** A value that citty lets a command give as it is, as a promise, or as a function of either. */
export async function resolved<T>(value: T | Promise<T> | (() => T | Promise<T>)): Promise<T> {
  return value instanceof Function ? value() : value;
}
