import { describe, expect, test } from "bun:test";
import { catalog } from "../src/catalog.ts";
import { rules } from "../src/health/rules/index.ts";
import { ask, call, connect, itemsOf, run, signIn, tryCall, useXo, warningsOf } from "./harness.ts";
import { health, readReport } from "./health.ts";
import { ofType } from "./xo/estate/records.ts";
import type { TestXo } from "./xo/start.ts";

const fixture = useXo();

const all = rules.map(({ id }) => id).toSorted();
// What runs had to do is asked of the newest ones alone, once it is known which these are.
const collections = [
  ...[...new Set(rules.flatMap(({ needs, names = [] }) => [...needs, ...names]))].map((need) =>
    need === "last-runs" ? "backup-logs" : need,
  ),
  // And where jobs with several repositories wrote to.
  "backup-logs",
];

/** The collections that were asked, and how often. */
async function asked(xo: TestXo): Promise<string[]> {
  const paths = (await xo.requests()).map(({ path }) => path.split("?")[0] ?? "");
  return paths.map((path) => path.replace("/rest/v0/", ""));
}

describe("get_health_report", () => {
  test("names every check once: found, fine or unknown, the worst first", async () => {
    const { found, fine, unknown, answer } = await health(signIn(fixture.xo));
    expect([...found.keys(), ...fine, ...unknown.keys()].toSorted()).toEqual(all);
    const severities = Object([answer["findings"]].flat()).map(Object);
    const ranks = severities.map(({ severity }: { severity: string }) =>
      ["critical", "warning", "info"].indexOf(severity),
    );
    expect(ranks).toEqual(ranks.toSorted());
    expect(new Set(ranks).size).toBe(3);
  });

  test("has for each finding its count, first objects, why, where to look and the thresholds", async () => {
    const { answer, finding } = await health(signIn(fixture.xo));
    expect(finding("snapshots-old")).toEqual({
      check: "snapshots-old",
      severity: "warning",
      title: expect.any(String),
      count: expect.any(Number),
      objects: expect.any(Array),
      why: expect.stringMatching(/\.$/),
      where: expect.stringContaining("list_snapshots"),
    });
    expect(Object(finding("snapshots-old")?.["objects"])).toHaveLength(5);
    expect(answer).toMatchObject({
      thresholds: {
        "snapshots-old": { older_than_days: 30 },
        "storage-nearly-full": { from_percent: 90 },
        "certificate-ends-soon": { within_days: 30 },
      },
    });
  });

  test("asks for each collection once, and the newest runs twice more", async () => {
    const { xo } = fixture;
    await xo.clearRequests();
    await health(signIn(xo));
    const names = await asked(xo);
    expect(names.toSorted()).toEqual(
      [
        ...collections,
        "users/me",
        ...names.filter((name) => /^users\/(?!me)/.test(name)),
      ].toSorted(),
    );
  });

  test("asks for one pool's objects only when it is named, still each collection once", async () => {
    const { xo } = fixture;
    const [pool] = ofType(xo.estate, "pool");
    await xo.clearRequests();
    const { answer } = await health(signIn(xo), { pool_id: pool?.name_label });
    expect(answer["pools"]).toEqual({ total: 1, names: [pool?.name_label] });
    const names = (await asked(xo)).filter((name) => !name.startsWith("users/"));
    expect(names.toSorted()).toEqual(collections.toSorted());
    const unscoped = (await xo.requests()).filter(
      ({ path }) => !decodeURIComponent(path).includes(`$pool:/^${pool?.id}$/`),
    );
    expect(unscoped.map(({ path }) => path.split(/[?]/)[0]).toSorted()).toEqual([
      ...["/rest/v0/backup-archives", "/rest/v0/backup-jobs"],
      ...Array<string>(3).fill("/rest/v0/backup-logs"),
      ...[
        "/rest/v0/backup-repositories",
        "/rest/v0/dashboard",
        "/rest/v0/pools",
        "/rest/v0/schedules",
        "/rest/v0/servers",
        "/rest/v0/tasks",
      ],
      ...[expect.stringContaining("/rest/v0/users/"), "/rest/v0/users/me"],
    ]);
  });

  test("reads only what the chosen checks need", async () => {
    const { xo } = fixture;
    await xo.clearRequests();
    const { found } = await health(signIn(xo), { checks: ["host-needs-reboot"] });
    expect([...found.keys()]).toEqual(["host-needs-reboot"]);
    const names = (await asked(xo)).filter((name) => !name.startsWith("users/"));
    expect(names.toSorted()).toEqual(["hosts", "pools", "servers"]);
  });

  test("leaves out less severe checks when asked to", async () => {
    const { answer, found, fine, unknown } = await health(signIn(fixture.xo), {
      min_severity: "critical",
    });
    const critical = rules.filter(({ severity }) => severity === "critical").map(({ id }) => id);
    expect([...found.keys(), ...fine, ...unknown.keys()].toSorted()).toEqual(critical.toSorted());
    // What was not looked at is named, and passes for nothing else.
    expect([answer["left_out"]].flat().map(String).toSorted()).toEqual(
      all.filter((id) => !critical.includes(id)),
    );
    expect((await health(signIn(fixture.xo))).answer).not.toHaveProperty("left_out");
  });

  test("names its checks in its help, and not in the list of tools", async () => {
    const { stdout } = await run(["call", "get_health_report", "--help"]);
    const client = await connect({});
    const { tools } = await client.listTools();
    await client.close();
    expect(all.filter((id) => !stdout.includes(id))).toEqual([]);
    expect(JSON.stringify(tools)).not.toContain("storage-nearly-full");
  });

  test("shows a person the names of the objects in a table", async () => {
    const { stdout } = await tryCall(signIn(fixture.xo), "get_health_report", {}, "table");
    const [first] = ofType(fixture.xo.estate, "SR").filter(
      ({ name_label }) => name_label === "NFS vol1",
    );
    expect(stdout).toMatch(
      / storage-nearly-full +critical .*\n +objects +NFS vol1\n +why +When it is full,.*\.\n/,
    );
    expect(stdout).not.toContain(String(first?.id));
  });

  test("tells the known checks and pools when one is wrong", async () => {
    const env = signIn(fixture.xo);
    const wrong = await tryCall(env, "get_health_report", { checks: ["host-dwn"] });
    expect(wrong).toMatchObject({ exitCode: 2, stdout: "" });
    expect(wrong.stderr).toContain("did you mean host-down?");
    expect(wrong.stderr).toContain("storage-nearly-full");
    const nowhere = await tryCall(env, "get_health_report", { pool_id: "Paris-DC2" });
    expect(nowhere).toMatchObject({ exitCode: 5 });
    expect(nowhere.stderr).toContain("Did you mean Paris-DC1?");
  });

  test.each([
    ["orphan-disks", "list_vdis", { state: "orphan" }],
    ["missing-disks", "list_vdis", { state: "missing" }],
    ["storage-nearly-full", "list_srs", { min_used_percent: 90 }],
  ])("finds in %s what %s lists", async (check, tool, args) => {
    const env = signIn(fixture.xo);
    const listed = itemsOf(await call(env, tool, args)).map(({ id }) => String(id));
    const { found } = await health(env, { checks: [check] });
    expect(found.get(check)?.toSorted()).toEqual(listed.toSorted());
  });

  test("sends on to tools that exist", () => {
    const names = catalog.map(({ name }) => name);
    const named = rules.flatMap(
      ({ where }) => where.match(/\b(?:list|get|find|query|check)_\w+/g) ?? [],
    );
    expect(named.filter((name) => !names.includes(name))).toEqual([]);
    expect(
      rules.filter(({ where, why }) => !/\.$|\.html$/.test(where) || !/\.$/.test(why)),
    ).toEqual([]);
  });
});

test("an overview for who sees a part names every finding, and tells each reason once", async () => {
  const client = await connect(signIn(fixture.xo, "reader"));
  const answer = await ask(client, "get_health_report");
  await client.close();
  const all = await health(signIn(fixture.xo, "reader"));
  expect(itemsOf(answer, "findings").map(({ check }) => String(check))).toEqual([
    ...all.found.keys(),
  ]);
  const reasons = itemsOf(answer, "unknown").map(({ reason }) => String(reason));
  expect(new Set(reasons).size).toBe(reasons.length);
  expect(reasons.join()).not.toContain("could not be checked with this account");
});

describe("over MCP, of 5,000 VMs,", () => {
  const large = useXo({ size: "large" });
  // On a machine with other work the first answer about 5,000 VMs takes its time.
  const slow = 30_000;

  test.each([
    ["all checks", {}],
    ["checks with thousands of objects", { checks: ["snapshots-old", "ha-vm-without-priority"] }],
    ["one pool", { pool_id: "Lyon-DC2" }],
  ])(
    "%s stay within the budget and one request for each collection",
    async (_case, args) => {
      const { xo } = large;
      await xo.clearRequests();
      const client = await connect(signIn(xo));
      const answer = await ask(client, "get_health_report", args);
      await client.close();
      expect(JSON.stringify(answer).length).toBeLessThan(24_000);
      const paths = (await xo.requests()).map(({ path }) => path);
      expect(paths.length).toBeLessThanOrEqual(28);
      expect(new Set(paths).size).toBe(paths.length);
    },
    slow,
  );

  test(
    "who asks for certain checks gets as many objects as there is room for",
    async () => {
      const { xo } = large;
      const client = await connect(signIn(xo));
      const answer = await ask(client, "get_health_report", { checks: ["ha-vm-without-priority"] });
      await client.close();
      expect(JSON.stringify(answer).length).toBeWithin(20_000, 24_000);
      const { found, finding } = readReport(answer);
      const shown = found.get("ha-vm-without-priority")?.length;
      expect(shown).toBeGreaterThan(100);
      expect(shown).toBeLessThan(Number(finding("ha-vm-without-priority")?.["count"]));
    },
    slow,
  );

  test(
    "an overview names every finding, shortened as it must be, and says so",
    async () => {
      const { xo } = large;
      const client = await connect(signIn(xo));
      const answer = await ask(client, "get_health_report");
      await client.close();
      expect(JSON.stringify(answer).length).toBeLessThan(6_000);
      const whole = readReport(await call(signIn(xo), "get_health_report"));
      expect([...readReport(answer).found.keys()]).toEqual([...whole.found.keys()]);
      expect(warningsOf(answer)).toContain("Findings are shortened to fit");
      for (const { severity, title, objects } of itemsOf(answer, "findings").slice(0, 12)) {
        expect(objects).toMatchObject([{ name_label: expect.any(String), id: expect.any(String) }]);
        if (severity === "critical") expect(title).toBeString();
      }
    },
    slow,
  );

  test(
    "a small budget drops objects first, then the least severe findings, and says so",
    async () => {
      const { xo } = large;
      const client = await connect({ ...signIn(xo), XO_MCP_MAX_CHARS: "3000" });
      const answer = await ask(client, "get_health_report");
      await client.close();
      expect(JSON.stringify(answer).length).toBeLessThan(3_000);
      const { found } = readReport(answer);
      expect([...found.keys()].slice(0, 2)).toEqual(["server-disconnected", "host-down"]);
      expect(warningsOf(answer)).toMatch(/Only \d+ of \d+ findings fit/);
    },
    slow,
  );
});
