import { readFileSync } from "node:fs";
import { XoError } from "../errors.ts";
import { quoted, say, type Sentence } from "../sentence.ts";

/**
 * Writes data to stdout and waits until it is handed over.
 * @throws XoError `server` if it is lost
 */
export async function writeStdout(text: string): Promise<void> {
  requireStdout();
  const error = await new Promise<unknown>((resolve) => {
    process.stdout.once("error", resolve);
    process.stdout.write(text, resolve);
  });
  if (error !== undefined && error !== null) throw lostBy(error);
}

/**
 * Why what was written is lost. A reader that has gone is no reason: `| head -1` has read what it
 * wanted, and the process ends well.
 */
export function lostBy(error: unknown): XoError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "unknown";
  if (code === "EPIPE") process.exit(0);
  return lost(say`cannot be written (${quoted(code)})`);
}

/**
 * For a stdout that was closed, Bun opens /dev/null, which takes everything: unlike what another
 * process has opened for us, this closes by itself on `exec`. Only Linux shows that of a descriptor.
 * @throws XoError `server`
 */
export function requireStdout(): void {
  const [, flags = "0"] = /^flags:\s+([0-7]+)$/m.exec(descriptor(1)) ?? [];
  if ((Number.parseInt(flags, 8) & closesOnExec) !== 0) throw lost(say`is closed`);
}

/** O_CLOEXEC, which is the same for all the processors that Bun runs on. */
const closesOnExec = 0o2000000;

function descriptor(fd: number): string {
  try {
    return readFileSync(`/proc/self/fdinfo/${fd}`, "utf8");
  } catch {
    return "";
  }
}

function lost(reason: Sentence): XoError {
  return new XoError(
    "server",
    say`The output is lost: standard output ${reason}.`,
    say`Send it to a file on a disk with room, or to a program that reads it.`,
  );
}
