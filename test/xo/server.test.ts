import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { z } from "zod";
import type { XoRecord } from "./estate/estate.ts";
import { type AccountName, startXo, type TestXo } from "./start.ts";

let xo: TestXo;
beforeAll(async () => {
  xo = await startXo();
});
afterEach(() => xo.clearFaults());
afterAll(() => xo.stop());

const token = (name: AccountName) => ({ cookie: `authenticationToken=${xo.account(name).token}` });

const basic = (username: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`,
});

async function get(path: string, headers: Record<string, string> = token("admin")) {
  const response = await fetch(`${xo.url}${path}`, { headers, redirect: "manual" });
  const text = await response.text();
  const json: unknown = text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : undefined;
  return { status: response.status, headers: response.headers, text, json };
}

const ids = async (filter: string, type = "vms"): Promise<string[]> => {
  const { json } = await get(`/rest/v0/${type}?fields=id&filter=${encodeURIComponent(filter)}`);
  return z
    .array(z.object({ id: z.string() }))
    .parse(json)
    .map(({ id }) => id)
    .toSorted();
};

const vms = (matches: (vm: XoRecord) => boolean = () => true): XoRecord[] =>
  [...xo.estate.objects.values()].filter((record) => record.type === "VM" && matches(record));

const vmIds = (matches?: (vm: XoRecord) => boolean): string[] =>
  vms(matches)
    .map(({ id }) => id)
    .toSorted();

describe("accounts", () => {
  test("a token or Basic opens, both together or a bearer do not", async () => {
    const { username, password } = xo.account("admin");
    expect((await get("/rest/v0/vms")).status).toBe(200);
    expect((await get("/rest/v0/vms", basic(username, password))).status).toBe(200);
    expect((await get("/rest/v0/vms", {})).status).toBe(401);
    expect((await get("/rest/v0/vms", { authorization: "Bearer x" })).status).toBe(401);
    const both = { ...token("admin"), ...basic(username, password) };
    expect((await get("/rest/v0/vms", both)).status).toBe(400);
  });

  test("a password with a colon never works as Basic, its account's token does", async () => {
    const { username, password } = xo.account("colon");
    expect((await get("/rest/v0/vms", basic(username, password))).status).toBe(401);
    expect((await get("/rest/v0/vms", token("colon"))).status).toBe(200);
  });

  test("a failed sign-in is punished for two seconds, for its name alone", async () => {
    const reader = xo.account("reader");
    expect((await get("/rest/v0/vms", basic(reader.username, "wrong"))).status).toBe(401);
    const { status, json } = await get("/rest/v0/vms", basic(reader.username, reader.password));
    expect({ status, json }).toEqual({
      status: 500,
      json: { error: "too fast authentication tries" },
    });
    const { username, password } = xo.account("admin");
    expect((await get("/rest/v0/vms", basic(username, password))).status).toBe(200);
  });

  test("a reader sees its pool, a nobody nothing, and no dashboard is theirs", async () => {
    await using two = await startXo({ pools: 2, hosts: 4, vms: 12 });
    const list = async (name: AccountName, path: string) => {
      const cookie = `token=${two.account(name).token}`;
      const response = await fetch(`${two.url}/rest/v0${path}`, { headers: { cookie } });
      return { status: response.status, json: await response.json() };
    };
    const pools = [...two.estate.objects.values()].filter(({ type }) => type === "pool");
    const all = [...two.estate.objects.values()].filter(({ type }) => type === "VM");
    const seen = all.filter((vm) => vm.$pool === pools[0]?.id);
    expect(seen.length).toBeLessThan(all.length);
    expect((await list("reader", "/vms")).json).toHaveLength(seen.length);
    expect((await list("admin", "/vms")).json).toHaveLength(all.length);
    expect(await list("nobody", "/vms")).toEqual({ status: 200, json: [] });
    expect(await list("reader", `/pools/${pools[1]?.id}`)).toMatchObject({
      status: 403,
      json: { data: { missingPrivileges: [{ action: "read", resource: "pool" }] } },
    });
    expect((await list("reader", "/dashboard")).status).toBe(403);
  });
});

describe("filters", () => {
  test.each([
    "name_label:^web",
    "name_label:=web",
    "name_label:|",
    "name_label:😀",
    "tags:team=hr",
    "(((",
  ])("%s is no filter", async (filter) => {
    const { status, json } = await get(`/rest/v0/vms?filter=${encodeURIComponent(filter)}`);
    expect(status).toBe(400);
    expect(json).toMatchObject({ data: { stringToParse: filter } });
  });

  test.each(["auto_poweron:true", "CPUs.number:>4", "a:b:c:d", '"unterminated'])(
    "%s finds nothing",
    async (filter) => {
      expect(await ids(filter)).toEqual([]);
    },
  );

  test("what the others find is in the estate", async () => {
    expect(await ids('name_label:""')).toEqual(vmIds());
    expect(await ids("name_label:/^$/")).toEqual(vmIds((vm) => vm.name_label === ""));
    expect(await ids("!power_state:running")).toEqual(vmIds((vm) => vm.power_state !== "Running"));
    expect(await ids("auto_poweron?")).toEqual(vmIds((vm) => vm.auto_poweron === true));
    expect(await ids('name_label:"|"')).toEqual(vmIds((vm) => String(vm.name_label).includes("|")));
  });
});

describe("state", () => {
  test("a VM that does not run has no statistics", async () => {
    const halted = vms((vm) => vm.power_state === "Halted")[0];
    const { status, json } = await get(`/rest/v0/vms/${halted?.id}/stats`);
    expect(status).toBe(422);
    expect(json).toMatchObject({
      data: { errors: { data: { property: "resident_on", object: { uuid: halted?.id } } } },
    });
  });

  test("a lost server takes its pool's objects out of every collection", async () => {
    const [server] = xo.estate.servers;
    const id = server?.id ?? "";
    const poolId = String(server?.poolId);
    await xo.disconnectServer(id, { error: { message: "connect ECONNREFUSED" } });
    expect((await get("/rest/v0/vms")).json).toEqual([]);
    expect((await get(`/rest/v0/pools/${poolId}`)).status).toBe(404);
    const { json } = await get(`/rest/v0/servers/${id}`);
    expect(json).toMatchObject({ status: "disconnected", error: {} });
    expect(json).not.toHaveProperty("poolId");
    await xo.reconnectServer(id);
    expect((await get("/rest/v0/vms")).json).toHaveLength(vms().length);
  });

  test("an administrator can lock MCP clients out", async () => {
    await xo.setMcp(false);
    const { status, json } = await get("/rest/v0/vms", { ...token("admin"), "x-xo-client": "mcp" });
    expect(status).toBe(503);
    expect(json).toMatchObject({ data: { error: "mcp_disabled" } });
    expect((await get("/rest/v0/vms")).status).toBe(200);
    await xo.setMcp(true);
  });

  test("a write is refused and told", async () => {
    expect(await xo.refused()).toEqual([]);
    const [vm] = vms();
    const response = await fetch(`${xo.url}/rest/v0/vms/${vm?.id}/actions/start`, {
      method: "POST",
      headers: token("admin"),
    });
    expect(response.status).toBe(500);
    expect((await xo.refused()).map(({ member }) => member)).toEqual(["tasks.create"]);
  });
});

describe("faults", () => {
  test("an answer can be replaced, once", async () => {
    await xo.setFaults([
      {
        match: { path: "^/rest/v0/pools" },
        times: 1,
        status: 502,
        headers: { "content-type": "text/html" },
        body: "<html>",
      },
    ]);
    expect((await get("/rest/v0/hosts")).status).toBe(200);
    const { status, text } = await get("/rest/v0/pools");
    expect({ status, text }).toEqual({ status: 502, text: "<html>" });
    expect((await get("/rest/v0/pools")).status).toBe(200);
  });

  test.each(["before", "headers", "body"] as const)("a connection can break: %s", async (drop) => {
    await xo.setFaults([{ match: { path: "^/rest/v0/pools" }, drop }]);
    await expect(get("/rest/v0/pools")).rejects.toThrow();
  });

  test("an answer can be late", async () => {
    await xo.setFaults([{ match: { path: "^/rest/v0/pools" }, delayMs: 150 }]);
    const start = performance.now();
    expect((await get("/rest/v0/pools")).status).toBe(200);
    expect(performance.now() - start).toBeGreaterThan(140);
  });
});

test("requests are recorded as they came, for each site", async () => {
  await xo.clearRequests();
  await get("/rest/v0/vms?limit=1", { ...token("admin"), "X-XO-Client": "mcp" });
  await fetch(`${xo.publicDocs}/installation`);
  expect(await xo.requests()).toMatchObject([
    { method: "GET", path: "/rest/v0/vms?limit=1", headers: { "x-xo-client": "mcp" } },
  ]);
  expect(await xo.docsRequests()).toMatchObject([{ method: "GET", path: "/installation" }]);
});

describe("the manual", () => {
  const index = z.object({
    searchDocs: z.array(
      z.object({ title: z.string(), type: z.number(), url: z.string(), content: z.string() }),
    ),
  });

  test("is for those who are signed in", async () => {
    const { status, headers } = await get("/docs/search-doc.json", {});
    expect({ status, location: headers.get("location") }).toEqual({
      status: 302,
      location: "/signin",
    });
    expect((await get("/signin", {})).headers.get("content-type")).toStartWith("text/html");
    expect((await get("/docs/search-doc.json", token("nobody"))).status).toBe(200);
  });

  test("every page of the index is there, and one is long", async () => {
    const { searchDocs } = index.parse((await get("/docs/search-doc.json")).json);
    const pages = searchDocs.filter(({ type }) => type === 0);
    const lengths = await Promise.all(
      pages.map(async ({ url }) => {
        const { status, text } = await get(url);
        expect(status).toBe(200);
        return text.length;
      }),
    );
    expect(Math.max(...lengths)).toBeGreaterThan(30_000);
  });

  test.each([
    ["backups", "/xo5/backups"],
    ["restapi", "/automation/restapi"],
    ["manage", "/xo5/manage_infrastructure"],
    ["users", "/xo5/users"],
  ])("%s has moved", async (topic, target) => {
    // A folder, for which the static server wants the slash, and in it a page that sends on.
    expect(await get(`/docs/${topic}`)).toMatchObject({ status: 301 });
    const { status, text } = await get(`/docs/${topic}/`);
    expect(status).toBe(200);
    expect(text).toContain(`<link rel="canonical" href="/docs${target}" />`);
    const page = await fetch(`${xo.publicDocs}${target}`);
    expect(page.status).toBe(200);
  });
});
