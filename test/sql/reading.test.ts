import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { tables } from "../../src/sql/schema.ts";
import { ask, connect, signIn, useXo } from "../harness.ts";
import { rowsOf } from "./questions.ts";

const fixture = useXo();
let client: Client;
beforeAll(async () => {
  client = await connect({ ...signIn(fixture.xo), XO_MCP_MAX_CHARS: "1000000" });
});
afterAll(() => client.close());

/** What was read for the test before serves nobody any more. */
async function startAnew(): Promise<void> {
  await Bun.sleep(3_200);
  await fixture.xo.clearRequests();
  await fixture.xo.clearFaults();
}

/** What was asked of a collection: the fields of each request. */
async function asked(collection: string): Promise<string[]> {
  const requests = await fixture.xo.requests();
  return requests.flatMap(({ path }) => {
    const { pathname, searchParams } = new URL(path, fixture.xo.url);
    return pathname === `/rest/v0/${collection}` ? [searchParams.get("fields") ?? ""] : [];
  });
}

const sql = (statement: string) => ask(client, "query_sql", { sql: statement });

describe("only what a statement needs is read", () => {
  beforeEach(startAnew);

  test("a count asks for ids, and no other collection than those that tell what is missing", async () => {
    await sql("select count(*) from vms");
    expect(await asked("vms")).toEqual(["id"]);
    const others = (await fixture.xo.requests()).map(({ path }) => path.split("?")[0]);
    expect(new Set(others)).toEqual(
      new Set([
        "/rest/v0/vms",
        "/rest/v0/servers",
        "/rest/v0/pools",
        ...others.filter((path) => path?.startsWith("/rest/v0/users/")),
      ]),
    );
  });

  test("a join asks for what it names", async () => {
    await sql("select v.name from vms v join hosts h on h.id = v.host_id where h.version is null");
    const [fields = ""] = await asked("vms");
    expect(fields.split(",").toSorted()).toEqual(
      ["$container", "$pool", "id", "name_label", "power_state"].toSorted(),
    );
    // Beside it the states of the hosts: of VMs on one that does not answer a warning is due.
    expect(await asked("hosts")).toEqual(["id,power_state", "id,version"]);
  });
});

describe("what was read", () => {
  beforeEach(startAnew);

  test("in part is not served to a statement that needs more", async () => {
    await sql("select count(*) from vms");
    const rows = rowsOf(
      await sql("select name, memory_bytes from vms where name is not null limit 3"),
    );
    expect(rows.flat().every((cell) => cell !== null)).toBe(true);
    expect(rows).toHaveLength(3);
    const [first = "", second = "", ...more] = await asked("vms");
    expect([first, more]).toEqual(["id", []]);
    expect(second).toContain("memory");
  });

  test("in more fields serves a statement that needs fewer", async () => {
    await sql("select name, memory_bytes from vms");
    await sql("select count(*) from vms");
    expect(await asked("vms")).toHaveLength(1);
  });

  test("by a list or as raw records serves a statement, and a statement's a list", async () => {
    await ask(client, "list_vms", { fields: "id,name_label" });
    await sql("select name from vms");
    await ask(client, "query_objects", { collection: "vms", fields: "name_label" });
    expect(await asked("vms")).toHaveLength(1);
    await sql("select name, version from hosts");
    await ask(client, "query_objects", { collection: "hosts", fields: "id,name_label" });
    // Beside what list_vms asked for itself.
    expect(await asked("hosts")).toEqual(["id,power_state", "id,name_label,version"]);
  });

  test("in vain is an error that names the table, and is not kept", async () => {
    await fixture.xo.setFaults([{ match: { path: "/rest/v0/hosts" }, status: 500, body: "x" }]);
    const { isError, content } = await client.callTool({
      name: "query_sql",
      arguments: { sql: "select count(*) from hosts" },
    });
    expect(isError).toBe(true);
    expect(JSON.stringify(content)).toContain("hosts cannot be read");
    await fixture.xo.clearFaults();
    expect(rowsOf(await sql("select count(*) > 0 from hosts"))).toEqual([[1]]);
  });
});

describe("the tables", () => {
  test.each([...tables.values()].map((table) => [table.name, table] as const))(
    "%s: every column is a name that needs no quotes, and the first a key",
    async (name, { columns }) => {
      expect(columns[0]?.name).toBe("id");
      const list = columns.map((column) => column.name).join(", ");
      const answer = await sql(`select ${list} from ${name} limit 1`);
      expect(answer["columns"]).toEqual(columns.map((column) => column.name));
      const keys = rowsOf(await sql(`select count(*), count(id), count(distinct id) from ${name}`));
      expect(new Set(keys[0]).size).toBe(1);
    },
  );

  test.each([...tables.values()].map((table) => [table.name, table] as const))(
    "%s: a name of another object stands beside its id",
    (_, { columns }) => {
      const names = new Set(columns.map((column) => column.name));
      const others = new Set([...tables.keys()].map((name) => name.replace(/s$/, "")));
      // A device of an interface or a drive, as xvda, and a tag are texts.
      const alone = [...names].filter(
        (name) => others.has(name) && !/^(?:device|tag)$/.test(name) && !names.has(`${name}_id`),
      );
      expect(alone).toEqual([]);
    },
  );

  test("hold nothing empty, and no secret", async () => {
    for (const { name, columns } of tables.values()) {
      const rows = rowsOf(await sql(`select * from ${name}`));
      const empty = columns.filter((_, at) => rows.some((row) => row[at] === ""));
      expect({ name, empty: empty.map((column) => column.name) }).toEqual({ name, empty: [] });
      expect(JSON.stringify(rows)).not.toMatch(/canary/i);
      for (const [at, { kind, name: column }] of columns.entries()) {
        const cells = rows.flatMap((row) => row[at] ?? []);
        const wrong = cells.filter((cell) =>
          kind === "flag"
            ? cell !== 0 && cell !== 1
            : kind === "time"
              ? !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(String(cell))
              : kind === "id" || kind === "text"
                ? typeof cell !== "string"
                : typeof cell !== "number" || cell < 0,
        );
        expect({ name, column, wrong }).toEqual({ name, column, wrong: [] });
      }
    }
  });
});
