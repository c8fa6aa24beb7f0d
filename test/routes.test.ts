import { describe, expect, test } from "bun:test";
import * as z from "zod";
import { catalog } from "../src/catalog.ts";
import { path } from "../src/xo/path.ts";
import { isAllowed, routes } from "../src/xo/routes.ts";
import { expectGolden } from "./expect-golden.ts";
import { ask, connect, run, signIn, tryCall, useXo } from "./harness.ts";
import { ofType } from "./xo/estate/records.ts";

const base = "/rest/v0";

const OpenApi = z.object({
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
});

/** The GET routes in the OpenAPI file that the published REST API ships. */
const published = Object.entries(
  OpenApi.parse(
    await Bun.file(
      `${import.meta.dir}/xo/node_modules/@xen-orchestra/rest-api/open-api/spec/swagger.json`,
    ).json(),
  ).paths,
)
  .filter(([, methods]) => "get" in methods)
  .map(([route]) => route)
  .toSorted();

/** Why a route of the REST API is not asked. The first that fits is told; the last fits all. */
const reasons: [RegExp, string][] = [
  [/\{format\}$/, "hands out a whole disk or VM"],
  [/\/(?:audit\.txt|logs\.tgz)$/, "hands out a host's logs"],
  [/\/authentication_tokens$/, "shows live tokens in clear"],
  [/^\/events$/, "never ends, and needs a POST first"],
  [/^\/(?:backup|restore)\//, "deprecated"],
  [/^\/acl-/, "privileges: of the account's own alone; roles are read as a list"],
  [/^\/dashboard$/, "for administrators only; the same is counted from the lists"],
  [/\/(?:alarms|messages|tasks|vdis|backup-jobs|groups|users)$/, "part of a list that is read"],
  [/./, "no tool needs it"],
];

const uuid = "0b1f8a4e-5c1e-4f5e-9d2a-3c4d5e6f7a8b";

/** A route as it would be asked: an object for {id}, and each format of an export. */
function addressesOf(route: string): string[] {
  const address = `${base}${route.replaceAll("{id}", uuid)}`;
  return address.includes("{format}")
    ? ["xva", "ova", "raw", "vhd", "qcow2"].map((format) => address.replace("{format}", format))
    : [address];
}

describe("the routes of XO's REST API", () => {
  test("are 151 that read, each allowed or refused for a reason", async () => {
    expect(published).toHaveLength(151);
    const lines = published.map((route) => {
      const verdicts = addressesOf(route).map(isAllowed);
      // No format of an export may slip through.
      expect(new Set(verdicts).size).toBe(1);
      const why = reasons.find(([pattern]) => pattern.test(route))?.[1];
      return verdicts[0] ? `allowed  ${route}\n` : `refused  ${route}  (${why})\n`;
    });
    await expectGolden("routes.txt", lines.join(""));
  });

  test("that must never be asked are refused", () => {
    const never = published.filter((route) =>
      /\{format\}|audit\.txt|logs\.tgz|^\/events|authentication_tokens/.test(route),
    );
    expect(never).toHaveLength(9);
    expect(never.flatMap(addressesOf).filter(isAllowed)).toEqual([]);
  });

  test("hold every route on the list, which has nothing else but the manual", () => {
    const known = new Set(published.map((route) => `${base}${route}`));
    expect(routes.filter((route) => !known.has(route))).toEqual([
      "/docs/search-doc.json",
      "/docs/{page}",
      "/docs/{page}/",
      "/docs/{part}/{page}",
      "/docs/{part}/{page}/",
      "/docs/{part}/{part}/{page}",
      "/docs/{part}/{part}/{page}/",
    ]);
  });

  test.each([
    ["the root", "/"],
    ["the API itself", "/rest/v0"],
    ["a step up", "/rest/v0/vms/.."],
    ["an encoded step up", "/rest/v0/vms/%2e%2E"],
    ["half of one encoded", "/rest/v0/users/.%2e/acl-privileges"],
    ["a deeper route", `/rest/v0/vms/${uuid}/stats/data_source/cpu0`],
    ["an export whose dot is encoded", `/rest/v0/vms/${uuid}%2Exva`],
    ["an empty id", "/rest/v0/vms/"],
    ["two slashes", `/rest/v0//vms/${uuid}`],
    ["a backslash", "/rest/v0/vms\\..\\users"],
    ["a query", "/rest/v0/vms?fields=*"],
    ["a fragment", "/rest/v0/vms/a#b"],
    ["another collection by a longer name", "/rest/v0/vmsx"],
    ["another case", "/REST/v0/vms"],
    ["another version", "/rest/v1/vms"],
    ["the old API", "/api/"],
    ["a line break", "/rest/v0/vms\n"],
    ["what XO may add", "/rest/v0/secrets"],
  ])("do not hold %s", (_what, pathname) => {
    expect(isAllowed(pathname)).toBe(false);
  });
});

/** Ids that try to be more than an id. */
const escapes = [
  "..",
  ".",
  "../users",
  "..%2fusers",
  "a/b",
  "a%2Fb",
  "a\\..\\b",
  "%2e%2e",
  "%2e%2e/users/me/authentication_tokens",
  "%252e%252e",
  "",
  "\0",
  "x\0y",
  "?x=y",
  "me?fields=*",
  "#x",
  "x;y=z",
  `${uuid}.xva`,
  `${uuid}/stats`,
  `${uuid}?fields=*`,
  "//evil.example/",
  "https://evil.example/",
  "\r\nX-Injected: 1",
  "\ud800",
];

describe("a path", () => {
  test.each(escapes)("keeps %j in its segment, or refuses it", (id) => {
    let pathname: string;
    try {
      ({ pathname } = path`/rest/v0/vms/${id}`);
    } catch (error) {
      expect(error).toMatchObject({ kind: "usage" });
      return;
    }
    const url = new URL(pathname, "https://xo.example");
    expect(url.origin).toBe("https://xo.example");
    expect(url.pathname).toBe(pathname);
    expect({ search: url.search, hash: url.hash }).toEqual({ search: "", hash: "" });
    expect(pathname.split("/")).toHaveLength(5);
    expect(decodeURIComponent(pathname.slice("/rest/v0/vms/".length))).toBe(id.toWellFormed());
  });

  test.each(["", ".", "..", "\0", "a\0"])("refuses %j, which can be no id", (id) => {
    expect(() => path`/rest/v0/vms/${id}/x`).toThrow("cannot be an id");
  });
});

describe("what reaches XO", () => {
  const fixture = useXo();

  const asked = async () =>
    (await fixture.xo.requests()).map((request) => ({
      ...request,
      url: new URL(request.path, fixture.xo.url),
    }));

  test.each(["get_vm_details", "get_pool_dashboard", "list_vms"])(
    "of hostile ids in %s is nothing but the list of names",
    async (tool) => {
      // Of its own, for what one call has read serves the next.
      const client = await connect(signIn(fixture.xo));
      const parameter = tool === "get_vm_details" ? "vm_id" : "pool_id";
      const collection = tool === "get_vm_details" ? "vms" : "pools";
      await fixture.xo.clearRequests();
      // Over MCP an empty text, where it may be left out, is none.
      for (const id of escapes.filter((text) => tool !== "list_vms" || text !== "")) {
        const answer = await client.callTool({ name: tool, arguments: { [parameter]: id } });
        expect(answer).toMatchObject({ isError: true });
      }
      await client.close();
      const paths = new Set((await asked()).map(({ url }) => url.pathname));
      expect([...paths]).toEqual([`${base}/${collection}`]);
    },
  );

  test("of hostile ids on the command line is no more", async () => {
    const { xo } = fixture;
    await xo.clearRequests();
    for (const id of escapes.filter((text) => !text.includes("\0"))) {
      for (const [tool, flag] of [
        ["get_vm_details", "--vm_id"],
        ["get_pool_dashboard", "--pool_id"],
      ] as const) {
        const { exitCode, stdout } = await run(["call", tool, `${flag}=${id}`], signIn(xo));
        expect({ stdout, failed: exitCode !== 0 }).toEqual({ stdout: "", failed: true });
      }
    }
    const paths = new Set((await asked()).map(({ url }) => url.pathname));
    expect([...paths].toSorted()).toEqual([`${base}/pools`, `${base}/vms`]);
  });

  test("of hostile filters and fields is a value in the query of the list", async () => {
    const { xo } = fixture;
    await xo.clearRequests();
    for (const text of ["a&limit=1", "a#b", "a?b=c", "../users", "id\r\nX-Injected:1"]) {
      await tryCall(signIn(xo), "list_vms", { fields: text });
      await tryCall(signIn(xo), "list_vms", { filter: `name_label:${JSON.stringify(text)}` });
    }
    const requests = await asked();
    const names = new Set(requests.flatMap(({ url }) => [...url.searchParams.keys()]));
    expect([...names].toSorted()).toEqual(["fields", "filter"]);
    expect(requests.filter(({ headers }) => "x-injected" in headers)).toEqual([]);
    expect(requests.filter(({ url }) => !isAllowed(url.pathname))).toEqual([]);
  });

  test("of a run of every tool and prompt is GET on routes of the list", async () => {
    const { xo } = fixture;
    const [pool] = ofType(xo.estate, "pool");
    const [vm] = ofType(xo.estate, "VM");
    const args: Record<string, unknown> = {
      pool_id: pool?.id,
      vm_id: vm?.id,
      object_id: vm?.id,
      metric: "cpu",
      host_id: ofType(xo.estate, "host")[0]?.id,
      sr_id: ofType(xo.estate, "SR")[0]?.id,
      topic: "backups",
      collection: "tasks",
      query: "web",
    };
    await xo.clearRequests();
    const client = await connect(signIn(xo));
    for (const { name, input } of catalog) {
      const wanted = Object.keys(input.shape).filter(
        (key) => !z.safeParse(input.shape[key] ?? z.any(), undefined).success,
      );
      // A tool with another required parameter has to be given a value above.
      expect(wanted.filter((key) => args[key] === undefined)).toEqual([]);
      await ask(client, name, Object.fromEntries(wanted.map((key) => [key, args[key]])));
    }
    const { prompts } = await client.listPrompts();
    for (const { name } of prompts) await client.getPrompt({ name });
    await client.close();
    await run(["check"], signIn(xo));

    const requests = await asked();
    expect(requests.length).toBeGreaterThan(catalog.length);
    expect(new Set(requests.map(({ method }) => method))).toEqual(new Set(["GET"]));
    expect(requests.filter(({ url }) => !isAllowed(url.pathname))).toEqual([]);
    expect(requests.filter(({ headers }) => headers["x-xo-client"] !== "mcp")).toEqual([]);
  });
});
