/**
 * Many calls in one session, and what memory is left in use: after all of them and a second of
 * idling, at most 1.25 times that after the first tenth.
 *
 *     bun test/faults/soak.ts [calls]      20,000 unless told otherwise; Linux only
 */
import { readFileSync } from "node:fs";
import { signIn } from "../harness.ts";
import { startXo } from "../xo/start.ts";
import { RawSession } from "./raw-session.ts";

export interface Soaked {
  /** Resident memory in bytes, after the first tenth (or as told) and after all. */
  first: number;
  last: number;
  /** Milliseconds of all calls. */
  elapsed: number;
}

/** The tools in turn, lists and single objects, one call at a time, and now and then a mistake. */
const calls: readonly (readonly [tool: string, args: object])[] = [
  ["list_pools", {}],
  ["list_vms", { limit: 10, sort: "-memory.size" }],
  ["list_hosts", {}],
  ["list_vms", { filter: "power_state:Running", fields: "id,name_label" }],
  ["get_infrastructure_summary", {}],
  ["get_vm_details", { vm_id: "web-prod-001" }],
  ["list_vms", { filter: "(" }],
];

/** Makes so many calls in one session and measures after `early` of them and after all. */
export async function soak(count: number, early: number): Promise<Soaked> {
  await using xo = await startXo();
  await using session = new RawSession(signIn(xo));
  await session.initialize();
  const start = performance.now();
  let first = Number.NaN;
  for (let i = 0; i < count; i++) {
    if (i === early) first = await settledMemory(session.pid);
    const [name, args] = calls[i % calls.length] ?? ["list_pools", {}];
    await session.call(name, args);
    // The test XO remembers every request: that would be its own soak.
    if (i % 1_000 === 999) await xo.clearRequests();
  }
  const elapsed = performance.now() - start;
  return { first, last: await settledMemory(session.pid), elapsed };
}

/** After a second without a call: what is still held then is held for good. */
async function settledMemory(pid: number): Promise<number> {
  await Bun.sleep(1_000);
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1024;
}

if (import.meta.main) {
  const count = Number(process.argv[2] ?? 20_000);
  const { first, last, elapsed } = await soak(count, count / 10);
  const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  console.log(
    `${count} calls in ${(elapsed / 1000).toFixed(1)} s; resident after the first tenth ${mebibytes(first)}, after all ${mebibytes(last)}: ${(last / first).toFixed(3)}`,
  );
  if (!(last <= first * 1.25)) {
    console.error("soak: the memory in use has grown by more than a quarter");
    process.exitCode = 1;
  }
}
