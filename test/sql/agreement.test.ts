import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { ask, connect, signIn, useXo } from "../harness.ts";
import { Random } from "../xo/estate/random.ts";
import { rowsOf } from "./questions.ts";

const fixture = useXo();
let client: Client;

beforeAll(async () => {
  client = await connect(signIn(fixture.xo));
});
afterAll(() => client.close());

/** One condition on VMs, in XO's language and in SQL. */
interface Condition {
  filter: string;
  sql: string;
}

const GIB = 1024 ** 3;
const compared = [">", ">=", "<", "<="] as const;

function number(random: Random, field: string, column: string, values: readonly number[]) {
  const value = random.pick(values);
  // A number alone is a text to XO: part of 16 is 6.
  const sign = random.pick(compared);
  return { filter: `${field}:${sign}${value}`, sql: `${column} ${sign} ${value}` };
}

function exactly(random: Random, field: string, column: string, values: readonly string[]) {
  const value = random.pick(values);
  return { filter: `${field}:/^${value}$/`, sql: `${column} = '${value}'` };
}

function part(random: Random, field: string, column: string, values: readonly string[]) {
  const value = random.pick(values);
  return { filter: `${field}:"${value}"`, sql: `${column} like '%${value}%'` };
}

function flag(field: string, column: string): Condition {
  return { filter: `${field}?`, sql: `${column} = 1` };
}

type Maker = (random: Random) => Condition;

const leaves: Maker[] = [
  (r) => exactly(r, "power_state", "power_state", ["Running", "Halted", "Suspended", "Paused"]),
  (r) => number(r, "CPUs:number", "vcpus", [1, 2, 4, 8, 16]),
  (r) => number(r, "CPUs:max", "vcpus_max", [2, 4, 8]),
  (r) => number(r, "memory:size", "memory_bytes", [GIB, 2 * GIB, 4 * GIB, 8 * GIB]),
  (r) => number(r, "snapshots:length", "snapshot_count", [0, 1, 3]),
  (r) => number(r, "VIFs:length", "nic_count", [1, 2]),
  (r) => part(r, "name_label", "name", ["web", "DB", "prod", "-001", "o"]),
  (r) => part(r, "name_description", "description", ["server", "prod", "Ignore"]),
  (r) => part(r, "mainIpAddress", "main_address", ["10.20", "192.0.2", "1"]),
  (r) => exactly(r, "os_version:distro", "os_distro", ["debian", "ubuntu", "windows"]),
  (r) => exactly(r, "boot:firmware", "firmware", ["uefi", "bios"]),
  (r) => exactly(r, "high_availability", "high_availability", ["restart"]),
  () => flag("auto_poweron", "auto_poweron"),
  () => flag("secureBoot", "secure_boot"),
  () => flag("viridian", "viridian"),
  (r) => {
    const tag = r.pick(["prod", "test", "dev", "staging", "batch"]);
    return { filter: `tags:/^${tag}$/`, sql: `', ' || tags || ', ' like '%, ${tag}, %'` };
  },
  (r) => {
    const seconds = Math.floor(fixture.xo.now / 1000) - r.int(60, 400) * 86_400;
    const at = new Date(seconds * 1000).toISOString().slice(0, 19);
    return { filter: `installTime:>${seconds}`, sql: `installed_at > '${at}Z'` };
  },
];

function condition(random: Random, depth: number): Condition {
  const roll = depth === 0 ? 0 : random.next();
  if (roll < 0.3) return random.pick(leaves)(random);
  const [one, other] = [condition(random, depth - 1), condition(random, depth - 1)];
  if (roll < 0.45) return { filter: `!${one.filter}`, sql: `(${one.sql}) is not true` };
  return roll < 0.72
    ? { filter: `(${one.filter} ${other.filter})`, sql: `(${one.sql} and ${other.sql})` }
    : { filter: `|(${one.filter} ${other.filter})`, sql: `(${one.sql} or ${other.sql})` };
}

const totals: number[] = [];

test.each(Array.from({ length: 60 }, (_, seed) => seed))(
  "list_vms and SQL count the same VMs: %d",
  async (seed) => {
    const { filter, sql } = condition(new Random(`agreement/${seed}`), 3);
    const [listed, answer] = await Promise.all([
      ask(client, "list_vms", { filter, limit: 1 }),
      ask(client, "query_sql", { sql: `select count(*) from vms where ${sql}` }),
    ]);
    const [[count] = []] = rowsOf(answer);
    expect({ filter, sql, total: listed["total"] }).toEqual({ filter, sql, total: count });
    totals.push(Number(count));
  },
);

test("they are conditions that tell VMs apart", () => {
  const all = fixture.xo.estate.objects.values().filter(({ type }) => type === "VM");
  const whole = [...all].length;
  const some = totals.filter((total) => total > 0 && total < whole);
  expect(some.length).toBeGreaterThan(40);
  expect(new Set(some).size).toBeGreaterThan(15);
});
