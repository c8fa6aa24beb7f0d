import { afterAll, afterEach, beforeAll, describe, expect, test } from "bun:test";
import { Session } from "../src/session.ts";
import { searchDocumentation } from "../src/tools/search-documentation.ts";
import {
  type Answer,
  ask,
  call,
  connect,
  itemsOf,
  run,
  signIn,
  tryCall,
  useXo,
  warningsOf,
} from "./harness.ts";
import { pages } from "./xo/docs/pages.ts";

/** Where each topic's text is today. */
const topics = {
  installation: "installation",
  configuration: "configuration",
  backups: "xo5/backups",
  restapi: "automation/restapi",
  manage: "xo5/manage_infrastructure",
  users: "xo5/users",
  architecture: "architecture",
  troubleshooting: "troubleshooting",
  releases: "releases",
};
const moved = ["backups", "restapi", "manage", "users"];

const fixture = useXo();

afterEach(() => fixture.xo.clearFaults());

/** The headings of a page, those without text of their own included. */
function headingsOf(path: string): string[] {
  const page = pages.find((candidate) => candidate.path === path);
  return (page?.sections ?? []).map(({ title }) => title);
}

/** The sections of a page that have text, as the manual has them. */
function sectionsOf(path: string): Answer[] {
  const page = pages.find((candidate) => candidate.path === path);
  return (page?.sections ?? [])
    .filter(({ text }) => text.length > 0)
    .map(({ title, text }) => ({ title, text: text.join(" ") }));
}

const read = (topic: string, args: object = {}): Promise<Answer> =>
  call(signIn(fixture.xo), "search_documentation", { topic, ...args });

describe("search_documentation", () => {
  test.each(Object.entries(topics))(
    "has XO's own text on %s, whole and in order",
    async (topic, path) => {
      const answer = await read(topic);
      const wanted = sectionsOf(path);
      expect(wanted).not.toEqual([]);
      expect(answer).toMatchObject({ topic, source: "xo", url: `${fixture.xo.url}/docs/${path}` });
      expect(itemsOf(answer, "sections")).toEqual(wanted);
      expect(answer["outline"]).toEqual(headingsOf(path));
      expect(answer).not.toHaveProperty("warnings");
    },
  );

  test("follows pages that moved to where their text is", async () => {
    const { xo } = fixture;
    await xo.clearRequests();
    for (const topic of moved) expect(itemsOf(await read(topic), "sections")).not.toEqual([]);
    const paths = (await xo.requests()).map(({ path }) => path);
    expect(paths).toContain("/docs/backups");
    // The static server's own redirect, then the page without text.
    expect(paths).toContain("/docs/backups/");
  });

  const redirect = (path: string, location: string, status = 301) => ({
    match: { path: `^${path}$` },
    status,
    headers: { location },
    body: "",
  });

  test.each([301, 302, 303, 307, 308])("follows a redirect with %i to the text", async (status) => {
    const { xo } = fixture;
    await xo.setFaults([
      redirect("/docs/backups", "/docs/moved/once/", status),
      redirect("/docs/moved/once/", "../../xo5/backups", status),
    ]);
    expect(itemsOf(await read("backups"), "sections")).toEqual(sectionsOf("xo5/backups"));
  });

  test("asks XO's manual alone, signed in as the manual wants it", async () => {
    const { xo } = fixture;
    await xo.clearRequests();
    await read("installation");
    const requests = await xo.requests();
    expect(requests.map(({ path }) => path)).toEqual(["/docs/search-doc.json"]);
    expect(requests[0]?.headers["cookie"]).toBe(`token=${xo.account("admin").token}`);
    expect(await xo.docsRequests()).toEqual([]);
  });

  test("gives signs as they are, not as HTML writes them", async () => {
    const text = JSON.stringify(await read("configuration"));
    expect(text).toContain("x < y is no reason");
    expect(text).not.toMatch(/&(?:lt|gt|amp|quot);/);
  });

  test("refuses a topic that is none, and names those that are", async () => {
    const outcome = await tryCall(signIn(fixture.xo), "search_documentation", { topic: "backup" });
    expect(outcome).toMatchObject({ stdout: "", exitCode: 2 });
    for (const topic of Object.keys(topics)) expect(outcome.stderr).toContain(topic);
  });

  test("reads as text on a terminal", async () => {
    const flags = ["--topic", "users", "--section", "Roles", "-o", "table"];
    const { stdout } = await run(["call", "search_documentation", ...flags], signIn(fixture.xo));
    expect(stdout).toContain("## Roles\n\nA role is a list of privileges");
  });

  describe("a section", () => {
    test("is given alone, by its title in any case", async () => {
      const wanted = sectionsOf("xo5/backups").filter(({ title }) => title === "Smart mode");
      expect(itemsOf(await read("backups", { section: "smart MODE" }), "sections")).toEqual(wanted);
    });

    test("without text of its own is what stands below it", async () => {
      const answer = await read("backups", { section: "Getting it back" });
      expect(itemsOf(answer, "sections").map(({ title }) => title)).toEqual([
        "Restore",
        "Health checks",
      ]);
    });

    test("that does not exist ends with 5 and the nearest", async () => {
      const args = { topic: "backups", section: "Smart mood" };
      const outcome = await tryCall(signIn(fixture.xo), "search_documentation", args);
      expect(outcome).toMatchObject({ stdout: "", exitCode: 5 });
      expect(outcome.stderr).toContain('Did you mean "Smart mode"?');
    });
  });

  describe("a long page", () => {
    const over = async (env: Record<string, string>, args: object): Promise<Answer> => {
      const client = await connect({ ...signIn(fixture.xo), ...env });
      const answer = await ask(client, "search_documentation", { ...args });
      await client.close();
      return answer;
    };

    test("begins with whole sections, and the outline has the titles of all", async () => {
      const answer = await over({}, { topic: "releases" });
      const all = sectionsOf("releases");
      const shown = itemsOf(answer, "sections");
      expect(JSON.stringify(answer).length).toBeWithin(3_000, 6_001);
      expect(shown).toEqual(all.slice(0, shown.length));
      expect(answer["outline"]).toEqual(all.map(({ title }) => title));
      expect(shown.length).toBeLessThan(all.length);
    });

    test("gives each of the rest when it is asked for", async () => {
      const last = sectionsOf("releases").at(-1);
      const answer = await over({}, { topic: "releases", section: last?.["title"] });
      expect(itemsOf(answer, "sections")).toEqual([last ?? {}]);
    });

    test("is never empty, however little room there is", async () => {
      const answer = await over({ XO_MCP_MAX_CHARS: "2000" }, { topic: "releases" });
      const [first] = itemsOf(answer, "sections");
      expect(first).toMatchObject({ title: "Release 5.0" });
      expect(String(first?.["text"])).toStartWith("This release is about");
      expect(JSON.stringify(answer).length).toBeLessThanOrEqual(2_000);
    });
  });

  describe("where XO serves no manual", () => {
    const before = { ...process.env };
    const noManual = { match: { path: "^/docs/" }, status: 404, body: "<!doctype html>" };

    beforeAll(() => Object.assign(process.env, signIn(fixture.xo)));
    afterAll(() => {
      for (const name of ["XO_URL", "XO_TOKEN"]) delete process.env[name];
      Object.assign(process.env, before);
    });

    // In this process, because only code can put another address in the public site's place.
    const publicly = (topic: string): Promise<Answer> => {
      const publicManual = new URL(fixture.xo.publicDocs);
      const session = new Session({ budget: Number.POSITIVE_INFINITY, publicManual });
      return session.call(searchDocumentation, { topic });
    };

    test("reads the public one, and warns that it describes the newest version", async () => {
      const { xo } = fixture;
      await xo.setFaults([noManual]);
      for (const [topic, path] of Object.entries(topics)) {
        const answer = await publicly(topic);
        expect(answer).toMatchObject({ source: "public", url: `${xo.publicDocs}/${path}` });
        expect(itemsOf(answer, "sections")).toEqual(sectionsOf(path));
        expect(warningsOf(answer)).toContain("describes the newest XO");
      }
    });

    test("shows the public site no credential, nor who asks", async () => {
      const { xo } = fixture;
      await xo.clearRequests();
      await xo.setFaults([noManual]);
      await publicly("backups");
      const requests = await xo.docsRequests();
      expect(requests.map(({ path }) => path)).toEqual([
        "/search-doc.json",
        "/backups",
        "/backups/",
      ]);
      for (const { headers } of requests) {
        expect(Object.keys(headers)).not.toContainAnyValues([
          "cookie",
          "authorization",
          "x-xo-client",
        ]);
      }
      expect(JSON.stringify(requests)).not.toContain("CANARY");
    });

    test("takes a sign-in page for no manual", async () => {
      const page = { headers: { "content-type": "text/html" }, body: "<!doctype html><form>" };
      await fixture.xo.setFaults([{ match: { path: "^/docs/" }, ...page }]);
      expect(await publicly("users")).toMatchObject({ source: "public" });
    });

    test.each([
      ["out of the manual", "/rest/v0/vms"],
      ["to another server", "http://127.0.0.1:9/docs/backups"],
      ["in a circle", "/docs/backups"],
    ])("follows no redirect %s", async (_case, location) => {
      const { xo } = fixture;
      const moved = { status: 302, headers: { location }, body: "" };
      await xo.setFaults([{ match: { path: "^/docs/backups$" }, ...moved }]);
      await xo.clearRequests();
      expect(await publicly("backups")).toMatchObject({ source: "public" });
      const paths = (await xo.requests()).map(({ path }) => path);
      expect(paths.filter((path) => path !== "/docs/backups")).toEqual(["/docs/search-doc.json"]);
      expect(paths.length).toBeLessThanOrEqual(7);
    });

    test("does not wait for an XO that is silent until there is no time left", async () => {
      await fixture.xo.setFaults([{ match: { path: "^/docs/" }, delayMs: 20_000 }]);
      process.env["XO_TIMEOUT"] = "3";
      const answer = await publicly("users");
      delete process.env["XO_TIMEOUT"];
      expect(answer).toMatchObject({ source: "public" });
    });

    test("needs no XO at all", async () => {
      delete process.env["XO_URL"];
      const answer = await publicly("installation");
      Object.assign(process.env, signIn(fixture.xo));
      expect(answer).toMatchObject({ source: "public" });
      expect(itemsOf(answer, "sections")).not.toEqual([]);
    });

    test("says where to read it when neither copy can be read", async () => {
      const { xo } = fixture;
      await xo.setFaults([noManual, { match: { site: "docs" }, status: 503, body: "" }]);
      await expect(publicly("backups")).rejects.toThrow("No text was found for backups");
    });
  });
});
