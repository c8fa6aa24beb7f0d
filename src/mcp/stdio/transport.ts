import type { Readable } from "node:stream";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import type { JSONRPCMessage } from "@modelcontextprotocol/sdk/types.js";
import type { Frames } from "./frames.ts";
import { Lines } from "./lines.ts";
import { readMessages, type Refusal } from "./read-message.ts";

/**
 * MCP over stdin and stdout. The SDK's own leaves a request of a wrong shape without an answer, and
 * ends the session at a message that is too long.
 */
export class StdioTransport implements Transport {
  readonly #input: Readable;
  readonly #frames: Frames;
  readonly #lines = new Lines();
  /** When something came last, on the clock of `performance.now()`. */
  lastHeard = performance.now();
  onmessage?: (message: JSONRPCMessage) => void;
  onclose?: () => void;
  onerror?: (error: Error) => void;

  constructor(input: Readable, frames: Frames) {
    this.#input = input;
    this.#frames = frames;
  }

  async start(): Promise<void> {
    this.#input.on("data", this.#take);
    this.#input.on("error", this.#fail);
  }

  send(message: JSONRPCMessage | Refusal): Promise<void> {
    return new Promise((resolve) => {
      if (this.#frames.write(`${JSON.stringify(message)}\n`)) resolve();
      else this.#frames.once("drain", resolve);
    });
  }

  async close(): Promise<void> {
    this.#input.off("data", this.#take);
    this.#input.off("error", this.#fail);
    this.#input.pause();
    this.onclose?.();
  }

  readonly #take = (piece: Buffer): void => {
    this.lastHeard = performance.now();
    for (const line of this.#lines.take(piece)) {
      for (const read of readMessages(line)) {
        if ("message" in read) this.onmessage?.(read.message);
        else void this.send(read.refusal);
      }
    }
  };

  readonly #fail = (error: Error): void => this.onerror?.(error);
}
