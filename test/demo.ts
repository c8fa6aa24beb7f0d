/**
 * The program at work without an XO of one's own: `bun run demo` installs, builds and then runs
 * this. With --keep the demo XO stays up until Ctrl-C.
 */
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { ofType } from "./xo/estate/records.ts";
import { startXo, type TestXo } from "./xo/start.ts";

const program = `dist/xo-mcp${process.platform === "win32" ? ".exe" : ""}`;
const binary = `${import.meta.dir}/../${program}`;

// Neither somebody's own settings nor a proxy may lead away from the demo XO.
for (const name of Object.keys(process.env)) {
  if (/^XO_|_PROXY$/i.test(name)) delete process.env[name];
}
process.exit(await main());

async function main(): Promise<number> {
  let xo: TestXo | undefined;
  const interruption = Promise.withResolvers<void>();
  let interrupted = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      interrupted = true;
      interruption.resolve();
    });
  }
  try {
    const { keep } = readFlags();
    if (!existsSync(binary)) throw new Error(`${program} is missing: \`bun run demo\` builds it`);
    heading("Starting a demo XO: the real REST API over an invented estate");
    xo = await startXo();
    console.log(`It listens on ${xo.url}.`);

    await Promise.race([show(xo), interruption.promise]);
    if (interrupted) return 130;
    if (!keep) return 0;
    heading("The demo XO stays up until Ctrl-C");
    console.log(howToUse(xo));
    await interruption.promise;
    return 0;
  } catch (error) {
    // Ctrl-C in a terminal ends the children too, and their end may be told first.
    if (interrupted) return 130;
    console.error(`\ndemo: ${error instanceof Error ? error.message : String(error)}`);
    return 1;
  } finally {
    // It may have gone already, by the same Ctrl-C.
    await xo?.stop().catch(() => undefined);
  }
}

function readFlags() {
  try {
    return parseArgs({ options: { keep: { type: "boolean", default: false } } }).values;
  } catch {
    throw new Error("the only flag is --keep, which leaves the demo XO running until Ctrl-C");
  }
}

async function show(xo: TestXo): Promise<void> {
  const env = { XO_URL: xo.url, XO_TOKEN: xo.account("admin").token };
  await runProgram(env, "check");
  const running = ofType(xo.estate, "VM").find(({ power_state }) => power_state === "Running");
  const address = running?.mainIpAddress ?? "10.20.0.0/16";
  await runProgram(env, "call", "find_objects", "--query", address, "-o", "table");
  await runProgram(env, "call", "get_health_report", "--min_severity", "critical", "-o", "table");
  await runProgram(env, "call", "get_backup_coverage", "--status", "failing", "-o", "table");
  await runProgram(env, "call", "list_vms", "--filter", "power_state:Running", "--limit", "2");
  await talkMcp(env);

  const requests = await xo.requests();
  const writes = requests.filter(({ method }) => method !== "GET");
  if (writes.length > 0) throw new Error(`xo-mcp sent ${writes.length} requests that are no GET`);
  heading(`The demo XO received ${requests.length} requests, every one of them a GET`);
}

/** Runs the binary as a person would, its output straight to this terminal. */
async function runProgram(env: Record<string, string>, ...args: string[]): Promise<void> {
  heading(`$ xo-mcp ${args.join(" ")}`);
  const child = Bun.spawn([binary, ...args], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const code = await child.exited;
  if (code !== 0) throw new Error(`xo-mcp ${args.join(" ")} ended with exit code ${code}`);
}

/** What an assistant's host does with the program, shortened. */
async function talkMcp(env: Record<string, string>): Promise<void> {
  heading("$ xo-mcp serve    (an MCP client starts it and asks)");
  const client = new Client({ name: "demo", version: "1" });
  await client.connect(
    new StdioClientTransport({ command: binary, args: ["serve"], env, stderr: "inherit" }),
  );
  try {
    const { name, version } = client.getServerVersion() ?? {};
    said("initialize", `${name} ${version}`);

    const { tools } = await client.listTools();
    said("tools/list", tools.map((tool) => tool.name).join("\n"));

    const call = { name: "list_hosts", arguments: { fields: "name_label,version", limit: 2 } };
    const answer = await client.callTool(call);
    if (answer.isError === true) {
      throw new Error(`the tool ${call.name} failed: ${JSON.stringify(answer.content)}`);
    }
    const data = JSON.stringify(answer.structuredContent, undefined, 2);
    said(`tools/call ${call.name} ${JSON.stringify(call.arguments)}`, data);

    const { prompts } = await client.listPrompts();
    said("prompts/list", prompts.map((prompt) => prompt.name).join("\n"));
  } finally {
    await client.close();
  }
}

function howToUse(xo: TestXo): string {
  const { token } = xo.account("admin");
  return `In another terminal, in this folder (Linux, macOS):

  export XO_URL=${xo.url} XO_TOKEN=${token}
  ./${program} check

or in PowerShell:

  $env:XO_URL = "${xo.url}"; $env:XO_TOKEN = "${token}"
  .\\${program.replaceAll("/", "\\")} check
`;
}

function heading(text: string): void {
  console.log(`\n${text}\n`);
}

function said(request: string, answer: string): void {
  console.log(`> ${request}`);
  console.log(answer.replace(/^/gm, "  "));
}
