import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

/** Bytes that a token, a password or a list of certificates never has. */
const most = 2 ** 20;

/** Milliseconds between two looks at a pipe. */
const pause = 20;

/**
 * What is in a file or comes out of a pipe. A pipe into which nobody writes is waited for without
 * a thread that hangs in it, as one of `fs/promises` would, until the signal ends it.
 */
export async function readBytes(path: string, signal: AbortSignal): Promise<Buffer | "too large"> {
  // Windows has no such flag, and no such pipe in its folders.
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const isPipe = !fstatSync(fd).isFile();
    let bytes = Buffer.alloc(0);
    const chunk = Buffer.alloc(64 * 1024);
    for (;;) {
      const count = readNow(fd, chunk);
      bytes = Buffer.concat([bytes, chunk.subarray(0, count ?? 0)]);
      if (bytes.length > most) return "too large";
      // Nothing at all is a pipe without a writer: one may still come.
      if (count === 0 && (!isPipe || bytes.length > 0)) return bytes;
      if ((count ?? 0) === 0) await Bun.sleep(pause);
      signal.throwIfAborted();
    }
  } finally {
    closeSync(fd);
  }
}

/** How many bytes were there; none at the end, nothing where a writer has none yet. */
function readNow(fd: number, chunk: Buffer): number | undefined {
  try {
    return readSync(fd, chunk);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EAGAIN") return undefined;
    throw error;
  }
}
