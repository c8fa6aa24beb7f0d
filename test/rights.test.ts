import { beforeAll, describe, expect, test } from "bun:test";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { catalog } from "../src/catalog.ts";
import { rules } from "../src/health/rules/index.ts";
import { collections } from "../src/xo/routes.ts";
import { connect, run, signIn, useXo } from "./harness.ts";
import { differences } from "./rights.ts";
import { allSamples, type Sample } from "./samples.ts";
import type { AccountName } from "./xo/start.ts";

const fixture = useXo({ situations: ["accounts-of-roles"] });

/** Nothing is cut, so that what is absent is left out. */
const unlimited = { XO_MCP_MAX_CHARS: "10000000" };

const signedIn = (name: AccountName): Promise<Client> =>
  connect({ ...signIn(fixture.xo, name), ...unlimited });

const all: Sample[] = allSamples.map(([tool, args]) => [
  tool,
  // Of a check that is named all objects are told.
  tool === "get_health_report"
    ? { checks: rules.map(({ id }) => id) }
    : catalog.some(({ name, input }) => name === tool && "limit" in input.shape)
      ? { ...args, limit: 10_000 }
      : args,
]);
const nameOf = ([tool, args]: Sample) => `${tool} ${JSON.stringify(args)}`;

async function tryAsk(client: Client, [name, args]: Sample) {
  const { isError, content, structuredContent } = await client.callTool({ name, arguments: args });
  return { isError: isError === true, text: JSON.stringify(content), answer: structuredContent };
}

/** What each sample comes to for who sees all, and the collections that it read for that. */
const whole = new Map<string, { answer: unknown; read: Set<string> }>();

beforeAll(async () => {
  const env = signIn(fixture.xo, "role-read-only");
  await Promise.all(
    all.map(async (sample) => {
      const [tool, args] = sample;
      const input = JSON.stringify(args);
      const { stdout, stderr } = await run(
        ["call", tool, "--input", input, "-o", "json", "--verbose"],
        env,
      );
      if (stdout === "") throw new Error(`${nameOf(sample)}: ${stderr}`);
      const read = [...stderr.matchAll(/\/rest\/v0\/([a-z-]+)/g)].map(([, name = ""]) => name);
      whole.set(nameOf(sample), { answer: JSON.parse(stdout), read: new Set(read) });
    }),
  );
}, 60_000);

const resourceOf = (collection: string) => collection.replace(/ies$/, "y").replace(/s$/, "");

describe.each([...collections, "backup-archives"])("without %s", (collection) => {
  test.each(["no", "half"] as const)("%s", async (kind) => {
    const client = await signedIn(`${kind}-${resourceOf(collection)}` as AccountName);
    const wrong = await Promise.all(
      all.map(async (sample) => {
        const { answer, read } = whole.get(nameOf(sample)) ?? { answer: {}, read: new Set() };
        if (!read.has(collection)) return [];
        const got = await tryAsk(client, sample);
        const found = got.isError
          ? /may not (?:see|read)/.test(got.text)
            ? []
            : [got.text]
          : differences(got.answer, answer);
        return found.map((each) => `${nameOf(sample)}: ${each}`);
      }),
    );
    await client.close();
    expect(wrong.flat()).toEqual([]);
  });
});
