import { afterAll, beforeAll, expect } from "bun:test";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import * as z from "zod";
import { builtFrom, hashOfSources } from "../build.ts";
import { type AccountName, type StartOptions, startXo, type TestXo } from "./xo/start.ts";

/** The compiled program, which every test drives as a user would. */
export const binary = `${import.meta.dir}/../dist/xo-mcp`;

// Whatever a test of an old binary says, and a golden file written from it, would be untrue.
const built = Bun.file(builtFrom);
if (!(await built.exists()) || (await built.text()) !== hashOfSources()) {
  throw new Error("dist/xo-mcp was not built from src as it is now. Run: bun run build");
}

export type Environment = Record<string, string>;

export interface Outcome {
  stdout: string;
  stderr: string;
  exitCode: number;
}

/** Runs the binary to its end, with these variables and no others. */
export async function run(
  args: readonly string[],
  env: Environment = {},
  stdin: string | Blob = "",
): Promise<Outcome> {
  const child = Bun.spawn([binary, ...args], {
    env,
    stdin: new Blob([stdin]),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { stdout, stderr, exitCode };
}

const anObject = z.record(z.string(), z.unknown());

/** A tool's answer, or one item of it. */
export type Answer = z.output<typeof anObject>;

/** `call <tool>`, however it ends. */
export function tryCall(
  env: Environment,
  tool: string,
  args: Record<string, unknown> = {},
  output = "json",
): Promise<Outcome> {
  return run(["call", tool, "--input", JSON.stringify(args), "-o", output], env);
}

/** `call <tool> -o json`, which must succeed; the answer parsed. */
export async function call(
  env: Environment,
  tool: string,
  args: Record<string, unknown> = {},
): Promise<Answer> {
  const outcome = await tryCall(env, tool, args);
  expect({ ...outcome, stdout: "" }).toEqual({ stdout: "", stderr: "", exitCode: 0 });
  return anObject.parse(JSON.parse(outcome.stdout));
}

/** The objects in one part of an answer, by default a list's items. */
export function itemsOf(answer: Answer, part = "items"): Answer[] {
  return z.array(anObject).parse(answer[part]);
}

/** What an answer warns of, as one text. */
export function warningsOf({ warnings }: Answer): string {
  return z.array(z.string()).default([]).parse(warnings).join("\n");
}

/** An MCP client on the binary; `close` ends both. */
export async function connect(env: Environment, args: string[] = ["serve"]): Promise<Client> {
  const client = new Client({ name: "test", version: "1" });
  await client.connect(new StdioClientTransport({ command: binary, args, env, stderr: "ignore" }));
  return client;
}

/** A tool's answer over MCP, which must be no error. */
export async function ask(
  client: Client,
  name: string,
  args: Record<string, unknown> = {},
): Promise<Answer> {
  const { isError, content, structuredContent } = await client.callTool({ name, arguments: args });
  expect({ isError, content }).toMatchObject({ isError: undefined });
  return anObject.parse(structuredContent);
}

/** The variables that sign in to a test XO. */
export function signIn(xo: TestXo, name: AccountName = "admin"): Environment {
  return { XO_URL: xo.url, XO_TOKEN: xo.account(name).token };
}

/**
 * A test XO for the tests of one file. After them it is asked what it received: whatever the tests
 * did, only GETs, and nothing that would have changed XO.
 */
export function useXo(options: StartOptions = {}): { readonly xo: TestXo } {
  let running: TestXo | undefined;
  beforeAll(async () => {
    running = await startXo(options);
  });
  afterAll(async () => {
    if (running === undefined) return;
    const methods = new Set((await running.requests()).map(({ method }) => method));
    const refused = await running.refused();
    await running.stop();
    expect([...methods].filter((method) => method !== "GET")).toEqual([]);
    expect(refused).toEqual([]);
  });
  return {
    get xo() {
      if (running === undefined) throw new Error("the test XO runs only inside a test");
      return running;
    },
  };
}
