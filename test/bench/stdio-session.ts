import { readFileSync } from "node:fs";

/** A server under measurement: one process, spoken to in JSON-RPC over its stdio. */
export class StdioSession implements AsyncDisposable {
  readonly #child: Bun.Subprocess<"pipe", "pipe", "ignore">;
  readonly #messages: AsyncGenerator<unknown, undefined>;
  readonly #started = performance.now();
  #lastId = 0;

  constructor(command: readonly string[], env: Record<string, string>) {
    this.#child = Bun.spawn([...command], {
      env,
      stdin: "pipe",
      stdout: "pipe",
      stderr: "ignore",
    });
    this.#messages = messagesOf(this.#child.stdout);
  }

  /** Milliseconds since just before the process was spawned. */
  get elapsed(): number {
    return performance.now() - this.#started;
  }

  async initialize(): Promise<void> {
    await this.request("initialize", {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "xo-mcp-bench", version: "0.0.0" },
    });
    this.#send({ method: "notifications/initialized" });
  }

  /** Waits for the answer; an error answer is thrown, for a bench of errors means nothing. */
  async request(method: string, params: object = {}): Promise<unknown> {
    const id = ++this.#lastId;
    this.#send({ id, method, params });
    for (;;) {
      const { value: message } = await this.#messages.next();
      if (typeof message !== "object" || message === null) {
        throw new Error(`the server ended before it answered ${method}`);
      }
      if (!("id" in message) || message.id !== id) continue;
      if ("result" in message) return message.result;
      throw new Error(`${method} failed: ${JSON.stringify(message)}`);
    }
  }

  /** The most memory that the process has held so far, in bytes. */
  get peakMemory(): number {
    return peakMemory(this.#child.pid) ?? Number.NaN;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child.stdin.end();
    this.#child.kill();
    await this.#child.exited;
  }

  #send(message: object): void {
    void this.#child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
    void this.#child.stdin.flush();
  }
}

/**
 * The peak resident memory of a running process in bytes, on Linux only. Not from the resource usage
 * after its end: there Linux counts in what the parent held when it spawned the process.
 */
export function peakMemory(pid: number): number | undefined {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}

async function* messagesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<unknown, undefined> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    for (const line of lines) yield JSON.parse(line);
  }
  return undefined;
}
