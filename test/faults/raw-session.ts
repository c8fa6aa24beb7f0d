import * as z from "zod";
import { binary, type Environment } from "../harness.ts";

const Id = z.union([z.number(), z.string()]);
type Id = z.output<typeof Id>;

const Frame = z.looseObject({ jsonrpc: z.literal("2.0"), id: Id.nullish() });
export type Frame = z.output<typeof Frame>;

/** `serve` as a process, spoken to byte by byte, for what no MCP client would send. */
export class RawSession implements AsyncDisposable {
  readonly #child: Bun.Subprocess<"pipe", "pipe", "pipe">;
  readonly #waiting = new Map<Id | null, (frame: Frame) => void>();
  /** Settled once stdout has ended: the bytes behind the last line, which would be half a frame. */
  readonly rest: Promise<string>;
  readonly stderr: Promise<string>;
  #lastId = 0;

  constructor(env: Environment) {
    this.#child = Bun.spawn([binary, "serve"], {
      env,
      stdin: "pipe",
      stdout: "pipe",
      stderr: "pipe",
    });
    this.rest = this.#read();
    this.stderr = new Response(this.#child.stderr).text();
  }

  get pid(): number {
    return this.#child.pid;
  }

  get exited(): Promise<number> {
    return this.#child.exited;
  }

  async initialize(): Promise<void> {
    await this.request("initialize", {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "test", version: "1" },
    });
    this.send({ jsonrpc: "2.0", method: "notifications/initialized" });
  }

  /** Sends a request; resolves with its answer. */
  request(method: string, params: unknown = {}): Promise<Frame> {
    const id = ++this.#lastId;
    const answer = this.answerTo(id);
    this.send({ jsonrpc: "2.0", id, method, params });
    return answer;
  }

  /** The next answer with this id; null is of what has none. */
  answerTo(id: Id | null): Promise<Frame> {
    const { promise, resolve } = Promise.withResolvers<Frame>();
    this.#waiting.set(id, resolve);
    return promise;
  }

  call(name: string, args: object = {}): Promise<Frame> {
    return this.request("tools/call", { name, arguments: args });
  }

  /** Sends a message, or a text as it is. */
  send(message: object | string): void {
    const text = typeof message === "string" ? message : `${JSON.stringify(message)}\n`;
    // A process that has ended takes nothing more; its exit code tells.
    void Promise.resolve(this.#child.stdin.write(text)).catch(() => {});
    void Promise.resolve(this.#child.stdin.flush()).catch(() => {});
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Ends stdin. */
  async end(): Promise<void> {
    await Promise.resolve(this.#child.stdin.end()).catch(() => {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
    this.#child.kill();
    await this.#child.exited;
  }

  async #read(): Promise<string> {
    const decoder = new TextDecoder();
    let text = "";
    for await (const chunk of this.#child.stdout) {
      text += decoder.decode(chunk, { stream: true });
      const lines = text.split("\n");
      text = lines.pop() ?? "";
      for (const line of lines) {
        const frame = Frame.parse(JSON.parse(line));
        if (frame.id !== undefined) this.#waiting.get(frame.id)?.(frame);
      }
    }
    return text;
  }
}
