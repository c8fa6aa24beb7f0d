import { existsSync } from "node:fs";
import { join } from "node:path";
import { compile, hostTarget } from "../../build.ts";
import { startXo, type TestXo } from "../xo/start.ts";
import type { Samples } from "./targets.ts";

/** What all measurements share. */
export interface Bed {
  binary: string;
  /** Of the official server. */
  official: readonly string[];
  /** A compiled program that says hello, made with the options of ours. */
  hello: string;
  /** With few objects, where their number is not what is measured. */
  small: TestXo;
  /** With 5,000 VMs. */
  large: TestXo;
}

/** Measures some figures once. */
export type Round = () => Promise<Samples>;

/** @throws when something is missing, with what brings it */
export async function makeBed(binary: string, scratch: string): Promise<Bed> {
  const official = join(import.meta.dir, "node_modules/@xen-orchestra/mcp/bin/xo-mcp.mjs");
  for (const file of [binary, official]) {
    if (!existsSync(file)) throw new Error(`${file} is missing: \`bun run bench\` brings it`);
  }
  const hello = join(scratch, "hello");
  await compile(hostTarget(), hello, ["test/bench/hello.ts"]);
  const [small, large] = await Promise.all([startXo(), startXo({ size: "large" })]);
  return { binary, official: ["node", official], hello, small, large };
}

let token = "";

/** Nothing else of this environment: a proxy variable alone would change what is measured. */
export function environmentOf(xo: TestXo): Record<string, string> {
  // The same in every estate, and making a large one again only to look it up takes long.
  token ||= xo.account("admin").token;
  const { PATH = "", HOME = "" } = process.env;
  return { PATH, HOME, XO_URL: xo.url, XO_TOKEN: token };
}

/** Milliseconds of a command that must succeed; what it prints goes nowhere, through a pipe. */
export async function timeOf(command: readonly string[], env = {}): Promise<number> {
  const started = performance.now();
  const child = Bun.spawn([...command], { env, stdout: "pipe", stderr: "inherit" });
  await child.stdout.bytes();
  const code = await child.exited;
  if (code !== 0) throw new Error(`${command[0]} exited with ${code}`);
  return performance.now() - started;
}

/** Milliseconds of the same requests as `curl` makes them, as many side by side as ours makes. */
export function bare(xo: TestXo, paths: readonly string[]): Promise<number> {
  const cookie = `authenticationToken=${environmentOf(xo)["XO_TOKEN"]}`;
  const options = [
    "--no-progress-meter",
    "--fail",
    "--globoff",
    "--compressed",
    "--cookie",
    cookie,
  ];
  const side =
    paths.length > 1 ? ["--parallel", "--parallel-immediate", "--parallel-max", "8"] : [];
  return timeOf(["curl", ...options, ...side, ...paths.map((path) => xo.url + path)]);
}

/** The least that tells all VMs in a list. */
export const allVms = "/rest/v0/vms?fields=id,name_label,power_state,CPUs.number,memory.size";

/** What XO is asked while something runs: the paths, in their order. */
export async function requestsOf(xo: TestXo, run: () => Promise<unknown>): Promise<string[]> {
  await xo.clearRequests();
  await run();
  return (await xo.requests()).map(({ path }) => path);
}
