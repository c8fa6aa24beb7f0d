import { say, type Sentence } from "./sentence.ts";
export const errorKinds = [
  "usage",
  "config",
  "auth",
  "forbidden",
  "unreachable",
  "tls",
  "timeout",
  "not_found",
  "ambiguous",
  "disabled",
  "unsupported",
  "server",
] as const;

export type ErrorKind = (typeof errorKinds)[number];

/**
 * What went wrong, in words for the person or model that must act on it: what happened, on what,
 * and what to do next. Never holds an upstream body, a stack or a credential.
 */
export class XoError extends Error {
  override readonly name = "XoError";

  constructor(
    readonly kind: ErrorKind,
    override readonly message: Sentence,
    /** The next step, a sentence of its own. */
    readonly hint?: Sentence,
  ) {
    super(message);
  }

  /** Message and hint as one text. */
  override toString(): string {
    return this.hint === undefined ? this.message : `${this.message}\n${this.hint}`;
  }
}

const exitCodes: Record<ErrorKind, number> = {
  server: 1,
  unsupported: 1,
  usage: 2,
  config: 2,
  auth: 3,
  forbidden: 3,
  disabled: 3,
  unreachable: 4,
  tls: 4,
  timeout: 4,
  not_found: 5,
  ambiguous: 5,
};

/** The exit code of `call` and `check` for a kind of error. */
export function exitCode(kind: ErrorKind): number {
  return exitCodes[kind];
}

/** Any thrown value as an XoError. Of what we did not foresee nothing is told: it may quote a server. */
export function toXoError(error: unknown): XoError {
  if (error instanceof XoError) return error;
  return new XoError(
    "server",
    say`xo-mcp failed unexpectedly.`,
    say`This is a fault of xo-mcp. Run the same with --verbose and report what it prints.`,
  );
}

/** For a trace: what was thrown and where, without its message, which may quote what a server sent. */
export function originOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const frames = (error.stack ?? "").split("\n").filter((line) => /^ {4}at /.test(line));
  return [error.name, ...frames].join("\n");
}
