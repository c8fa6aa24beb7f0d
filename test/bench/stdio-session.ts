import { readFileSync } from "node:fs";

/** A server under measurement: one process, spoken to in JSON-RPC over its stdio. */
export class StdioSession implements AsyncDisposable {
  readonly #child: Bun.Subprocess<"pipe", "pipe", "ignore">;
  readonly #waiting = new Map<number, PromiseWithResolvers<object>>();
  readonly #started = performance.now();
  #lastId = 0;

  constructor(command: readonly string[], env: Record<string, string>) {
    this.#child = Bun.spawn([...command], {
      env,
      stdin: "pipe",
      stdout: "pipe",
      stderr: "ignore",
    });
    void this.#read();
  }

  /** Milliseconds since just before the process was spawned. */
  get elapsed(): number {
    return performance.now() - this.#started;
  }

  get pid(): number {
    return this.#child.pid;
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
    const answer = Promise.withResolvers<object>();
    this.#waiting.set(id, answer);
    this.#send({ id, method, params });
    const message = await answer.promise;
    if ("result" in message) return message.result;
    throw new Error(`${method} failed: ${JSON.stringify(message)}`);
  }

  /**
   * A tool's answer, as it came.
   * @throws what it says when it is an error
   */
  async call(name: string, args: object = {}): Promise<string> {
    const answer = JSON.stringify(await this.request("tools/call", { name, arguments: args }));
    if (answer.includes('"isError":true')) throw new Error(`${name}: ${answer}`);
    return answer;
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

  async #read(): Promise<void> {
    for await (const line of linesOf(this.#child.stdout)) {
      const message: unknown = JSON.parse(line);
      if (typeof message !== "object" || message === null || !("id" in message)) continue;
      this.#waiting.get(Number(message.id))?.resolve(message);
    }
    for (const { reject } of this.#waiting.values()) reject(new Error("the server ended"));
  }
}

/**
 * The resident memory of a running process in megabytes, on Linux only: `VmRSS` as it is, `VmHWM` the
 * most so far. Not from the resource usage after its end: there Linux counts in what the parent held
 * when it spawned the process.
 */
export function memoryOf(pid: number, which: "VmRSS" | "VmHWM"): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const kilobytes = new RegExp(`^${which}:\\s+(\\d+) kB$`, "m").exec(status)?.[1];
  return (Number(kilobytes) * 1024) / 1e6;
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, undefined> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    const lines = text.split("\n");
    text = lines.pop() ?? "";
    yield* lines;
  }
  return undefined;
}
