/**
 * Runs two tools of the protocol's makers against our server: the scenarios of the conformance suite
 * that need no fixtures, over HTTP, and the inspector's command line on the binary.
 *
 *     bun conformance.ts [binary]
 */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import * as z from "zod";
import { createServer } from "../../src/mcp/server.ts";
import { Session } from "../../src/session.ts";
import { startXo } from "../xo/start.ts";

const packages = join(import.meta.dir, "node_modules/@modelcontextprotocol");
const conformance = join(packages, "conformance/dist/index.js");
const inspector = join(packages, "inspector/clients/launcher/build/index.js");
const binary = resolve(process.argv[2] ?? join(import.meta.dir, "../../dist/xo-mcp"));
for (const file of [conformance, inspector, binary]) {
  if (!existsSync(file)) {
    console.error(`conformance: ${file} is missing; see README.md`);
    process.exit(1);
  }
}

let failures = 0;
function report(passed: boolean, what: string, output: string): void {
  console.log(`${passed ? "pass" : "FAIL"}  ${what}`);
  if (passed) return;
  failures += 1;
  console.log(output);
}

/** Runs a command to its end, in a folder where it may leave files. */
async function run(command: string[]) {
  const env = { PATH: process.env["PATH"] ?? "", HOME: scratch };
  const child = Bun.spawn(command, { cwd: scratch, env, stdout: "pipe", stderr: "pipe" });
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  return { passed: (await child.exited) === 0, stdout, output: `${stdout}\n${stderr}` };
}

const scratch = await mkdtemp(join(tmpdir(), "xo-mcp-conformance-"));
await using xo = await startXo({ size: "small" });

// None of the scenarios calls a tool, so the session never looks for settings.
const session = new Session({ budget: 24_000 });

// The suite speaks HTTP only, our program stdio only: so the server that the program makes is put
// on the SDK's HTTP transport here. Without sessions each request has a server of its own.
using http = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch: async (request) => {
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
    await createServer(session).connect(transport);
    return transport.handleRequest(request);
  },
});

try {
  for (const scenario of ["server-initialize", "ping", "tools-list", "prompts-list"]) {
    // With --bun, for the suite uses functions that Node 20 does not have.
    const suite = [process.execPath, "--bun", conformance, "server", "--url", `${http.url}mcp`];
    const { passed, output } = await run([...suite, "--scenario", scenario]);
    report(passed, `conformance ${scenario}`, output);
  }

  // Like other hosts, the inspector passes no variables on but those that it is told.
  const settings = [`XO_URL=${xo.url}`, `XO_TOKEN=${xo.account("admin").token}`];
  const flags = settings.flatMap((setting) => ["-e", setting]);
  const inspect = async (...args: string[]) =>
    run(["node", inspector, "--cli", binary, "serve", ...flags, ...args]);

  const listed = await inspect("--method", "tools/list");
  const listSchema = z.object({ tools: z.array(z.object({ name: z.string() })).min(8) });
  report(
    listed.passed && listSchema.safeParse(parse(listed.stdout)).success,
    "inspector tools/list",
    listed.output,
  );

  const called = await inspect(
    ...["--method", "tools/call", "--tool-name", "list_vms"],
    ...["--tool-arg", "limit=3"],
  );
  const callSchema = z.object({
    isError: z.literal(false).optional(),
    structuredContent: z.object({ returned: z.literal(3), items: z.array(z.unknown()).length(3) }),
  });
  report(
    called.passed && callSchema.safeParse(parse(called.stdout)).success,
    "inspector tools/call list_vms",
    called.output,
  );
} finally {
  await rm(scratch, { recursive: true, force: true });
}
process.exitCode = failures === 0 ? 0 : 1;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
