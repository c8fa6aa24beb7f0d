import { afterAll, beforeAll, expect, test } from "bun:test";
import { z } from "zod";
import { startXo, type TestXo } from "./start.ts";

const API = "/rest/v0";

/** Reads that leave XO's memory (exports, files of a host), never end, or are deprecated and broken. */
const OUT_OF_REACH = /\{format\}|\/audit\.txt$|\/logs\.tgz$|^\/events$|^\/backup\/|^\/restore\//;

const hrefs = z.array(z.string());

let xo: TestXo;
beforeAll(async () => {
  xo = await startXo();
});
afterAll(() => xo.stop());

async function get(path: string): Promise<Response> {
  const cookie = `authenticationToken=${xo.account("admin").token}`;
  return fetch(`${xo.url}${path}`, { headers: { cookie } });
}

/** The paths of every route that reads, with `{id}` where an object's id goes. */
async function routes(): Promise<string[]> {
  const document = z
    .object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
    .parse(await (await get(`${API}/docs/swagger.json`)).json());
  return Object.entries(document.paths)
    .filter(([path, methods]) => "get" in methods && !OUT_OF_REACH.test(path))
    .map(([path]) => path);
}

/** The addresses that stand for `/vms/{id}/stats` and its like: one for each VM. */
async function addresses(route: string): Promise<string[]> {
  const [collection = "", rest] = route.split("/{id}");
  if (rest === undefined) return [`${API}${route}`];
  const query = collection === "/backup-archives" ? "?backup-repository=*" : "";
  const list = hrefs.parse(await (await get(`${API}${collection}${query}`)).json());
  // The id of an archive has slashes in it.
  const ids = list.map((href) => href.slice(`${API}${collection}/`.length));
  return ids.map((id) => `${API}${collection}/${encodeURIComponent(id)}${rest}`);
}

test("every route that reads answers for every object", async () => {
  const unanswered: Record<string, string[]> = {};
  const untried: string[] = [];
  for (const route of await routes()) {
    const paths = await addresses(route);
    if (paths.length === 0) untried.push(route);
    const answers = await Promise.all(
      paths.map(async (path) => {
        const response = await get(path);
        return { path, status: response.status, text: await response.text() };
      }),
    );
    for (const { path, status, text } of answers) {
      const expected =
        status === 200 ||
        (status === 422 && text.includes("is halted")) ||
        (status === 403 && text.includes("can only see own authentication tokens"));
      if (expected) continue;
      (unanswered[route] ??= []).push(`${status} ${path} ${text.slice(0, 200)}`);
    }
  }
  expect(unanswered).toEqual({});
  expect(untried).toEqual([]);
  expect(await xo.refused()).toEqual([]);
}, 60_000);
