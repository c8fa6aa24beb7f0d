import { Writable } from "node:stream";

/** Frames on their way to the host, one after the other: it may read slowly. */
export class Frames extends Writable {
  constructor() {
    super();
    // Each frame that has to wait listens for its turn.
    this.setMaxListeners(0);
  }

  override _write(frame: Buffer, _encoding: string, done: () => void): void {
    // An error is stdout's own, which ends the server.
    process.stdout.write(frame, () => done());
  }

  /**
   * Waits until the host has taken them all, as long as it takes any.
   * @param patience milliseconds without one taken
   */
  async handOver(patience: number): Promise<void> {
    const all = new Promise<boolean>((resolve) => this.end(() => resolve(true)));
    for (let left = Number.POSITIVE_INFINITY; this.writableLength < left;) {
      left = this.writableLength;
      if (await Promise.race([all, Bun.sleep(patience).then(() => false)])) return;
    }
  }
}
