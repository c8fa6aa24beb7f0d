/** How long nobody has said anything, in milliseconds, until a process without its parent ends. */
const patience = 10 * 60_000;

/** Milliseconds between two looks. */
const pause = 10_000;

/**
 * Calls `end` when the process that started this one is gone, so that it has another parent, and no
 * message has come for ten minutes since: stdin is held open by somebody who will say nothing. A
 * host whose wrapper ended goes on asking, and is answered. Windows keeps the parent's id.
 */
export function whenLeftAlone(input: { readonly lastHeard: number }, end: () => void): void {
  const parent = process.ppid;
  let lastSeen = performance.now();
  const look = () => {
    const now = performance.now();
    if (process.ppid === parent) lastSeen = now;
    else if (now - Math.max(lastSeen, input.lastHeard) >= patience) end();
  };
  // Nothing waits for it.
  setInterval(look, pause).unref();
}
