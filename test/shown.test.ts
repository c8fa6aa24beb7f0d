import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { afterEach, describe, expect, test } from "bun:test";
import { createRequire } from "node:module";
import * as z from "zod";
import { tables } from "../src/sql/schema.ts";
import file from "../src/xo/filter/fields.json";
import { type Collection, collections } from "../src/xo/routes.ts";
import { ask, call, connect, itemsOf, signIn, tryCall, useXo, warningsOf } from "./harness.ts";
import { answering } from "./health.ts";
import { allSamples } from "./samples.ts";
import { bases, isListed, listed, pathsIn, seeded } from "./seeded.ts";
import { Random } from "./xo/estate/random.ts";

const fixture = useXo();
afterEach(() => fixture.xo.clearFaults());

type Fields = Record<string, unknown>;

/** XO has these records and no others. */
async function serving(records: ReadonlyMap<Collection, Fields[]>): Promise<Client> {
  const rules = [...records].map(([collection, rows]) => answering(collection, rows));
  await fixture.xo.setFaults(rules);
  return connect({ ...signIn(fixture.xo), XO_MCP_MAX_CHARS: "1000000" });
}

/** Records of every collection, the secrets in them in another order in each of two worlds. */
function world(secrets: readonly [string, string]): Map<Collection, Fields[]> {
  return new Map(
    collections.map((collection) => [
      collection,
      bases
        .filter(([of]) => of === collection)
        .flatMap(([, base]) =>
          secrets.map((secret, at) => {
            const id = `${at}${String(base["id"]).slice(1)}`;
            return seeded(collection, { ...base, id }, secret);
          }),
        ),
    ]),
  );
}

const one = world(["CANARY-aaa", "CANARY-bbb"]);
const other = world(["CANARY-zzz", "CANARY-ab"]);

describe("of records with a secret in each text that is not on the list", () => {
  test("no secret is shown, and all that is on the list", async () => {
    const client = await serving(one);
    for (const collection of collections) {
      const rows = one.get(collection) ?? [];
      const answer = await ask(client, "query_objects", { collection, fields: "*" });
      expect(JSON.stringify(answer)).not.toContain("CANARY");
      expect(answer["redacted"]).toContain("zz_new (not known to this version)");
      const [row = {}] = rows;
      const shown = itemsOf(answer).find(({ id }) => id === row["id"]);
      const names = Object.keys(row).filter((name) => isListed(listed(collection), [name]));
      expect(Object.keys(shown ?? {}).toSorted()).toEqual(names.toSorted());
    }
    await client.close();
  });

  test("none is told by a name, an order or a group: another secret changes nothing", async () => {
    const random = new Random("shown");
    const asked = collections.flatMap((collection) => {
      const paths = (one.get(collection) ?? []).flatMap((row) => pathsIn(row));
      return Array.from({ length: 12 }, () => random.pick(paths).join(".")).flatMap((field) => [
        { collection, fields: `id,${field}` },
        { collection, fields: "id", sort: field },
        { collection, group_by: field },
      ]);
    });
    const answers = async (records: Map<Collection, Fields[]>) => {
      const client = await serving(records);
      const all: string[] = [];
      for (const args of asked) {
        const answer = await client.callTool({ name: "query_objects", arguments: args });
        all.push(JSON.stringify(answer));
      }
      await client.close();
      return all;
    };
    const [first, second] = [await answers(one), await answers(other)];
    expect(first.filter((answer) => answer.includes("CANARY"))).toEqual([]);
    const told = first.flatMap((answer, at) => (answer === second[at] ? [] : [asked[at]]));
    expect(told).toEqual([]);
  }, 60_000);

  test("none is told by a filter: what XO is sent matches the same whatever the secrets are", async () => {
    const { parse } = z
      .object({ parse: z.custom<Parse>((value) => typeof value === "function") })
      .parse(createRequire(import.meta.url)("./xo/stand-ins/complex-matcher/index.js"));
    const random = new Random("oracle");
    const client = await serving(one);
    let sent = 0;
    let telling = 0;
    for (const collection of collections) {
      const pairs = (one.get(collection) ?? []).map((row, at) => [
        row,
        other.get(collection)?.[at],
      ]);
      const differs = (filter: string) => {
        const matches = parse(filter).createPredicate();
        return pairs.some(([a, b]) => matches(a) !== matches(b));
      };
      const paths = pairs.flatMap(([row]) => pathsIn(row));
      for (let times = 0; times < 60; times += 1) {
        const filter = filterOver(paths, random);
        telling += differs(filter) ? 1 : 0;
        await fixture.xo.clearRequests();
        await client.callTool({ name: "query_objects", arguments: { collection, filter } });
        for (const { path } of await fixture.xo.requests()) {
          const guarded = new URL(path, fixture.xo.url).searchParams.get("filter");
          if (guarded === null || !path.startsWith(`/rest/v0/${collection}?`)) continue;
          sent += 1;
          expect({ filter, guarded, differs: differs(guarded) }).toMatchObject({ differs: false });
        }
      }
    }
    await client.close();
    expect(sent).toBeGreaterThan(300);
    expect(telling).toBeGreaterThan(200);
  }, 120_000);
});

type Parse = (text: string) => { createPredicate(): (record: unknown) => boolean };

/** A filter that would find a secret, or something else. */
function filterOver(paths: readonly string[][], random: Random, depth = 2): string {
  const inner = () => filterOver(paths, random, depth - 1);
  const kind = depth === 0 ? random.int(3, 9) : random.int(0, 9);
  if (kind === 0) return `|(${inner()} ${inner()})`;
  if (kind === 1) return `!${inner()}`;
  if (kind === 2) return `(${inner()} ${inner()})`;
  const path = random.pick(paths);
  const cut = path.slice(0, random.int(1, path.length));
  const name = cut.map((part) => `"${part.replaceAll('"', '\\"')}"`).join(":");
  const word = random.pick(["CANARY-a", '"CANARY-z"', "/^CANARY-[ab]/", "a*b", "7", "text"]);
  if (kind === 3) return word;
  if (kind === 4) return `${name}?`;
  if (kind === 5) return `${name}:length:>9`;
  return kind === 6 ? `${name}:>5` : `${name}:${word}`;
}

describe("a field that is not on the list", () => {
  const newer = (more: Fields) => [
    {
      id: "a",
      name_label: "one",
      CPUs: { number: 2, zz: "CANARY-1" },
      zz_new: "CANARY-2",
      ...more,
    },
    { id: "b", name_label: "two", CPUs: { number: 4 } },
  ];

  test("is left out and named, also where it stands in a map that is shown", async () => {
    await fixture.xo.setFaults([answering("vms", newer({}))]);
    const answer = await call(signIn(fixture.xo), "list_vms", { fields: "*" });
    expect(answer["redacted"]).toEqual([
      "CPUs.zz (not known to this version)",
      "zz_new (not known to this version)",
    ]);
    expect(itemsOf(answer)[0]).toEqual({ id: "a", name_label: "one", CPUs: { number: 2 } });
  });

  test("is neither shown by its name nor ordered nor counted by", async () => {
    await fixture.xo.setFaults([answering("vms", newer({}))]);
    const named = await call(signIn(fixture.xo), "list_vms", {
      fields: "id,zz_new",
      sort: "zz_new",
    });
    expect(JSON.stringify(named)).not.toContain("CANARY");
    expect(named["redacted"]).toEqual(["zz_new (not known to this version)"]);
    expect(warningsOf(named)).toContain("zz_new of vms is not known to this version of xo-mcp");
    const grouped = await tryCall(signIn(fixture.xo), "query_objects", {
      collection: "vms",
      group_by: "zz_new",
    });
    expect(grouped).toMatchObject({ exitCode: 2, stdout: "" });
    expect(grouped.stderr).toContain("not known to this version");
  });

  test.each(["zz_new:x", "zz_new?", "!zz_new:/^C/", "CPUs:zz:>4", "|(id:a zz_new:x)"])(
    "is not filtered by, and XO is not asked: %s",
    async (filter) => {
      const { xo } = fixture;
      await xo.setFaults([answering("vms", newer({}))]);
      await xo.clearRequests();
      const { stderr, exitCode } = await tryCall(signIn(xo), "list_vms", { filter });
      expect(exitCode).toBe(2);
      expect(stderr).toContain("is not known to this version of xo-mcp");
      const paths = (await xo.requests()).map(({ path }) => path);
      expect(paths.filter((path) => path.includes("filter="))).toEqual([]);
    },
  );

  test("is not sent either where no record has it", async () => {
    const { xo } = fixture;
    await xo.clearRequests();
    const answer = await call(signIn(xo), "list_vms", { filter: "powerstate:Running", limit: 1 });
    expect(answer).toMatchObject({ total: 0 });
    const filters = (await xo.requests()).flatMap(({ path }) =>
      [new URL(path, xo.url).searchParams.get("filter")].filter((filter) => filter !== null),
    );
    expect(filters).toContain("powerstate:/(?!)/");
    expect(filters.filter((filter) => filter.includes("Running"))).toEqual([]);
  });

  test("names its collection's reason where somebody has looked at it", async () => {
    const refused = async (collection: string, filter: string) =>
      (await tryCall(signIn(fixture.xo), "query_objects", { collection, filter })).stderr;
    expect(await refused("vms", "PV_args:x")).toContain("(the kernel's command line");
    expect(await refused("vms", 'docker:"password=x"')).toContain("docker may hold credentials");
    expect(await refused("tasks", "properties:args:x")).toContain("properties.args may hold");
    expect(await refused("backup-repositories", "error:x")).toContain("error? asks whether");
  });
});

describe("the error of a repository", () => {
  const url = "nfs://10.1.2.3:/export/backup";
  const records = [
    { id: "a", name: "nas", enabled: true, url, error: { message: "" } },
    { id: "b", name: "share", enabled: true, url: "smb://u:p@D\\\\nas\\backups$\u0000", error: "" },
  ];
  const said = [
    "mount.nfs: access denied by server while mounting 10.1.2.3:/export/backup",
    "connect ECONNREFUSED 10.1.2.3:2049",
    "mount error(2): could not mount //nas/backups$",
    "open '/export/backup/xo-vm-backups'",
    "getaddrinfo ENOTFOUND nas",
    "request to https://10.1.2.3/x failed",
  ];
  const leak = /10\.1\.2\.3|export\/backup|backups\$|ENOTFOUND nas/;

  test.each(said)("is told without its address: %s", async (message) => {
    const { xo } = fixture;
    const failed = records.map((record) => ({ ...record, error: { message } }));
    await xo.setFaults([answering("backup-repositories", failed)]);
    const env = signIn(xo);
    const collection = "backup-repositories";
    const answers = [
      await call(env, "query_objects", { collection, fields: "*" }),
      await call(env, "query_objects", { collection, fields: "name,error" }),
      await call(env, "query_objects", { collection, group_by: "error" }),
      await call(env, "query_sql", { sql: "select name, reason from repositories" }),
      await call(env, "get_health_report"),
    ];
    expect(answers.filter((answer) => leak.test(JSON.stringify(answer)))).toEqual([]);
    expect(itemsOf(answers[1] ?? {})).toMatchObject([
      { name: "nas", error: expect.stringContaining("[hidden]") },
      { name: "share", error: expect.stringContaining("[hidden]") },
    ]);
  });
});

test("an error of XO's own record is told without what only its record tells to be an address", async () => {
  const { xo } = fixture;
  await xo.setFaults([
    answering("backup-repositories", [
      { id: "a", name: "one", url: "smb://u:p@D\\\\filer\\share\u0000", error: "filer says no" },
    ]),
    answering("servers", [
      {
        id: "b",
        label: "two",
        username: "robert",
        httpProxy: "http://squid:3128",
        error: { message: "FAILED(robert, squid)" },
      },
    ]),
  ]);
  const errorsOf = async (collection: string, fields: string) =>
    itemsOf(await call(signIn(xo), "query_objects", { collection, fields })).map(
      ({ error }) => error,
    );
  for (const fields of ["*", "error"]) {
    expect(await errorsOf("backup-repositories", fields)).toEqual(["[hidden] says no"]);
    expect(await errorsOf("servers", fields)).toEqual(["FAILED([hidden], [hidden])"]);
  }
});

describe("the list", () => {
  test("has what every tool and table asks XO for", async () => {
    const { xo } = fixture;
    await xo.clearRequests();
    const client = await connect(signIn(xo));
    for (const [tool, args] of allSamples) await ask(client, tool, args);
    for (const name of tables.keys()) {
      await ask(client, "query_sql", { sql: `select * from ${name} limit 1` });
    }
    for (const collection of collections) await ask(client, "query_objects", { collection });
    await client.getPrompt({ name: "infrastructure-overview" });
    await client.close();
    const asked = (await xo.requests()).flatMap(({ path }) => {
      const { pathname, searchParams } = new URL(path, xo.url);
      const collection = collections.find((name) => pathname === `/rest/v0/${name}`);
      const fields = searchParams.get("fields")?.split(",") ?? [];
      return collection === undefined ? [] : fields.map((field) => ({ collection, field }));
    });
    expect(new Set(asked.map(({ collection }) => collection)).size).toBe(collections.length);
    const outside = asked.filter(({ collection, field }) => !isOn(collection, field));
    expect(outside).toEqual([]);
  }, 90_000);

  /** Shown, or one of the keys that tools read by name of what is not. */
  function isOn(collection: Collection, field: string): boolean {
    const read = listed(collection, "read").some((name) =>
      name.endsWith("*") ? field.startsWith(name.slice(0, -1)) : field === name,
    );
    return read || isListed(listed(collection), field.split("."));
  }

  test("shows nothing that is named like a secret, and has a reason for what is left out", () => {
    const secret =
      /passw|passphrase|secret|token|credential|api_?key|private_?key|license_?key|chap|cookie|args$|\.stack$/i;
    const shown = collections.flatMap((collection) => listed(collection));
    expect(shown.filter((name) => secret.test(name))).toEqual([]);
    const reasons = Object.values(file.collections).flatMap(({ hidden }) => Object.values(hidden));
    expect(reasons.filter((reason) => String(reason).length < 5)).toEqual([]);
    expect(reasons.length).toBeGreaterThan(60);
  });

  test("is told to be older than XO where it is", async () => {
    const { xo } = fixture;
    const versions = { "0.39.0": false, "0.40.0": true, "0.100.1": true, "0.9.0": false };
    for (const [version, isNewer] of Object.entries(versions)) {
      const body = JSON.stringify({ info: { version } });
      await xo.setFaults([{ match: { path: "/docs/swagger.json" }, body }]);
      const steps = itemsOf(await call(signIn(xo), "check_connection"), "steps");
      const { hint = "" } = steps.find(({ step }) => step === "version") ?? {};
      expect(String(hint).includes("This XO is newer than xo-mcp")).toBe(isNewer);
    }
  });
});
