import { existsSync } from "node:fs";
import type { z } from "zod";
import { controlApi, type FaultRule, readyLine, type Recorded } from "./control-api.ts";
import { type AccountName, accountNamed } from "./estate/accounts.ts";
import type { Account, Estate, EstateOptions } from "./estate/estate.ts";
import { generateEstate } from "./estate/generate.ts";

export type { FaultRule, Recorded } from "./control-api.ts";
export type { AccountName } from "./estate/accounts.ts";

/** Everything has a default: a small estate, now, a free port, plain HTTP. */
export interface StartOptions extends Partial<EstateOptions> {
  port?: number;
  /** Paths of PEM files. */
  tls?: { cert: string; key: string };
}

type ServerStatus = z.infer<typeof controlApi.server>;

/** A running test XO. */
export interface TestXo extends AsyncDisposable {
  /** XO's address, without a slash at its end. */
  url: string;
  /** The address that stands for the public documentation site. */
  publicDocs: string;
  /** The control API's address: only for what the methods below do not do. */
  control: string;
  /** The moment the estate was made for, in Unix milliseconds. */
  now: number;
  /** The same estate as the server's, made again here: the truth that answers are compared with. */
  readonly estate: Estate;
  /** `colon` is the account whose password XO cannot read from a Basic header. */
  account(name: AccountName): { username: string; password: string; token: string };
  /** What the XO port received, in order. */
  requests(): Promise<Recorded[]>;
  /** What the public documentation site received. */
  docsRequests(): Promise<Recorded[]>;
  clearRequests(): Promise<void>;
  /** Replaces the rules in force. */
  setFaults(rules: readonly FaultRule[]): Promise<void>;
  clearFaults(): Promise<void>;
  /** The members of XO that the REST API asked for in vain: a write ends here. */
  refused(): Promise<z.infer<typeof controlApi.refused>>;
  /** XO's own switch that locks out MCP clients. */
  setMcp(enabled: boolean): Promise<void>;
  /** Loses the connection of a server, and with it all objects of its pool. */
  disconnectServer(id: string, as?: Partial<ServerStatus>): Promise<void>;
  reconnectServer(id: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a test XO in a process of its own, which ends with `stop` or with this process. */
export async function startXo(options: StartOptions = {}): Promise<TestXo> {
  const folder = import.meta.dir;
  if (!existsSync(`${folder}/node_modules`)) {
    throw new Error("the test XO is not installed: run `bun install --cwd test/xo`");
  }
  const child = Bun.spawn([process.execPath, `${folder}/server.ts`, ...flagsOf(options)], {
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
    // The REST API logs every error it answers with; `LOG_LEVEL=debug bun test` shows them.
    env: { LOG_LEVEL: "fatal", ...process.env },
  });
  const ready = readyLine.parse(JSON.parse(await firstLine(child.stdout)));
  const { control, now, publicDocs, url } = ready;

  const send = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const response = await fetch(`${control}${path}`, init);
    if (!response.ok) throw new Error(`${method} ${path}: ${await response.text()}`);
    return response;
  };
  const received = async (site: Recorded["site"]): Promise<Recorded[]> => {
    const requests = controlApi.requests.parse(await (await send("GET", "/requests")).json());
    return requests.filter((request) => request.site === site);
  };
  const setServer = async (id: string, status: ServerStatus): Promise<void> => {
    await send("PUT", `/servers/${encodeURIComponent(id)}`, status);
  };
  const stop = async (): Promise<void> => {
    await child.stdin.end();
    await child.exited;
  };

  let estate: Estate | undefined;
  const xo: TestXo = {
    url,
    publicDocs,
    control,
    now,
    get estate() {
      const { port: _port, tls: _tls, ...overrides } = options;
      estate ??= generateEstate({ size: "small", ...overrides, now });
      return estate;
    },
    account: (name) => signIn(accountNamed(xo.estate, name)),
    requests: () => received("xo"),
    docsRequests: () => received("docs"),
    clearRequests: async () => {
      await send("DELETE", "/requests");
    },
    setFaults: async (rules) => {
      await send("PUT", "/faults", rules);
    },
    clearFaults: async () => {
      await send("DELETE", "/faults");
    },
    refused: async () => controlApi.refused.parse(await (await send("GET", "/refused")).json()),
    setMcp: async (enabled) => {
      await send("PUT", "/mcp", { enabled });
    },
    disconnectServer: (id, as = {}) => setServer(id, { status: "disconnected", ...as }),
    reconnectServer: (id) => setServer(id, { status: "connected" }),
    stop,
    [Symbol.asyncDispose]: stop,
  };
  return xo;
}

function flagsOf({ now, tls, situations = [], ...options }: StartOptions): string[] {
  const flags = Object.entries({
    ...options,
    situations: situations.length === 0 ? undefined : situations.join(","),
    now: now === undefined ? undefined : new Date(now).toISOString(),
    "tls-cert": tls?.cert,
    "tls-key": tls?.key,
  });
  return flags.flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, `${value}`]));
}

function signIn({ user, password, token }: Account) {
  return { username: String(user.email), password, token };
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    text += decoder.decode(chunk, { stream: true });
    const end = text.indexOf("\n");
    if (end !== -1) return text.slice(0, end);
  }
  throw new Error("the test XO ended before it was ready");
}
