import { writeSync } from "node:fs";

/**
 * Ends the child from a thread of its own, for the one that runs SQLite cannot be interrupted: when its
 * parent is gone, when it needs too much memory, and when its time is up although the parent has not
 * ended it. SQLite's own limit on its heap has no effect in this runtime.
 */
declare const self: Worker;

/** Of the whole process, in bytes. */
const mostMemory = 512 * 1024 * 1024;

const interval = 50;

const parent = process.ppid;
let ends = Number.POSITIVE_INFINITY;

self.addEventListener("message", ({ data }) => {
  ends = typeof data === "number" ? data : Number.POSITIVE_INFINITY;
});

setInterval(() => {
  if (!isThere(parent)) end();
  if (process.memoryUsage.rss() > mostMemory) end("memory");
  if (Date.now() > ends) end("deadline");
}, interval);

self.postMessage("watching");

/** On Windows the number of a parent stays when the parent is gone. */
function isThere(pid: number): boolean {
  if (process.platform !== "win32") return process.ppid === pid;
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function end(reason?: "memory" | "deadline"): void {
  try {
    // The other thread may be in the midst of a line.
    if (reason !== undefined) writeSync(1, `\n${JSON.stringify({ ended: reason })}\n`);
  } finally {
    process.kill(process.pid, "SIGKILL");
  }
}
