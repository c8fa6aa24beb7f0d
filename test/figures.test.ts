import { beforeAll, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { CallToolResultSchema } from "@modelcontextprotocol/sdk/types.js";
import * as z from "zod";
import { compile, hostTarget } from "../build.ts";
import { updating, whenMeant } from "./expect-golden.ts";
import { binary, connect, signIn, useXo } from "./harness.ts";
import { type Sample, samples } from "./samples.ts";
import { tokensOf, tokensOfTools } from "./tokens.ts";
import { ofType } from "./xo/estate/records.ts";

/**
 * What the program costs on any machine, held in `golden/figures.json`: a figure may grow by a tenth.
 * One that needs more is raised there in a commit of its own, with the reason.
 */
const allowed = 1.1;
const held = Bun.file(join(import.meta.dir, "golden/figures.json"));
const Figures = z.record(z.string(), z.record(z.string(), z.number()));
type Figures = z.output<typeof Figures>;

const fixture = useXo({ size: "large" });
let measured: Figures = {};

/** As a model asks: without a limit of its own. */
function standard([name, { limit: _limit, ...args }]: Sample): Sample {
  // Every pool has a storage of that name.
  const storage = ofType(fixture.xo.estate, "SR").find((sr) => sr.name_label === args["sr_id"]);
  return [name, storage === undefined ? args : { ...args, sr_id: storage.id }];
}

/** In a session of its own, for what one has read serves the next call too. */
async function costOf([name, args]: Sample) {
  const { xo } = fixture;
  const client = await connect(signIn(xo));
  await xo.clearRequests();
  const result = CallToolResultSchema.parse(await client.callTool({ name, arguments: args }));
  const requests = (await xo.requests()).length;
  await client.close();
  expect({ name, isError: result.isError }).toEqual({ name, isError: undefined });
  const text = JSON.stringify(result.structuredContent);
  return { name, requests, bytes: Buffer.byteLength(text), tokens: tokensOf(text) };
}

async function surfaceOf(client: Client): Promise<Record<string, number>> {
  const list = await client.listTools();
  const instructions = client.getInstructions() ?? "";
  return {
    "tokens of the tools": tokensOfTools(list.tools),
    "tokens of the instructions": tokensOf(instructions),
    "bytes of tools/list": Buffer.byteLength(JSON.stringify(list)),
  };
}

async function sizeOverHello(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), "xo-mcp-hello-"));
  try {
    const hello = join(folder, "hello");
    await compile(hostTarget(), hello, ["test/bench/hello.ts"]);
    return Bun.file(binary).size - Bun.file(hello).size;
  } finally {
    await rm(folder, { recursive: true });
  }
}

beforeAll(async () => {
  const client = await connect({});
  const costs: Awaited<ReturnType<typeof costOf>>[] = [];
  for (const sample of samples) costs.push(await costOf(standard(sample)));
  const of = (what: "requests" | "bytes" | "tokens") =>
    Object.fromEntries(costs.map((cost) => [cost.name, cost[what]]));
  measured = {
    binary: { "bytes over a compiled console.log": await sizeOverHello() },
    surface: await surfaceOf(client),
    "requests of a call": of("requests"),
    "bytes of an answer at 5,000 VMs": of("bytes"),
    "tokens of an answer at 5,000 VMs": of("tokens"),
  };
  await client.close();
  if (updating) await held.write(`${JSON.stringify(measured, undefined, 2)}\n`);
}, 120_000);

test("no figure has grown by more than a tenth", async () => {
  const before = Figures.parse(await held.json());
  const grown = Object.entries(measured).flatMap(([group, figures]) =>
    Object.entries(figures).flatMap(([name, now]) => {
      const most = (before[group]?.[name] ?? 0) * allowed;
      return now <= most
        ? []
        : [`${group}: ${name}: ${now}, held ${before[group]?.[name] ?? "no"}`];
    }),
  );
  expect(grown, whenMeant("test/golden/figures.json")).toEqual([]);
});

test("no figure is held of what there is no more", async () => {
  const names = (figures: Figures) =>
    Object.entries(figures).flatMap(([group, each]) =>
      Object.keys(each).map((name) => `${group}: ${name}`),
    );
  const gone = names(Figures.parse(await held.json())).filter(
    (name) => !names(measured).includes(name),
  );
  expect(gone, whenMeant("test/golden/figures.json")).toEqual([]);
});
