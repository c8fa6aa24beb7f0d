import { describe, expect, test } from "bun:test";
import { ask, connect, type Environment, itemsOf, signIn, tryCall, useXo } from "./harness.ts";

const fixture = useXo();

/** What a server may make of a header that it shows in a page, a log or a name. */
function reflections(text: string): string[] {
  const bytes = Buffer.from(text);
  return [
    text,
    encodeURIComponent(text),
    encodeURIComponent(text).toLowerCase(),
    encodeURI(text),
    new URLSearchParams({ a: text }).toString(),
    JSON.stringify(text),
    text.replace(/[^a-z]/gi, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`),
    bytes.toString("base64"),
    bytes.toString("base64url"),
    Buffer.from(`Basic ${text}`).toString("base64"),
    Buffer.from(`a=${text}; b`).toString("base64"),
    bytes.toString("hex"),
    bytes.toString("hex").toUpperCase(),
  ];
}

async function shown(env: Environment, texts: readonly string[]): Promise<string[]> {
  const vms = texts.map((text, at) => ({
    id: `c0ffee00-0000-4000-8000-${String(at).padStart(12, "0")}`,
    name_label: `name ${at}`,
    name_description: `<${text}>`,
    tags: ["x".repeat(1_990) + text],
  }));
  await fixture.xo.setFaults([{ match: { path: "/vms" }, body: JSON.stringify(vms) }]);
  const client = await connect(env);
  const answer = await ask(client, "list_vms", { fields: "name_label,name_description,tags" });
  await client.close();
  await fixture.xo.clearFaults();
  return itemsOf(answer).map(({ name_description, tags }) => `${name_description}${tags}`);
}

describe("our own credential, sent back by a server", () => {
  test("is in no form in the answer: a token", async () => {
    const env = signIn(fixture.xo);
    const token = env["XO_TOKEN"] ?? "";
    const texts = await shown(env, reflections(token));
    for (const text of texts) {
      expect(text).toContain("[secret]");
      // Half of one at the end of a text that is cut is one too.
      expect(text).not.toContain(token.slice(0, 8));
    }
  });

  test("a password, alone and with its user name", async () => {
    const { username, password } = fixture.xo.account("colon");
    const env = {
      XO_URL: fixture.xo.url,
      XO_USERNAME: username,
      XO_PASSWORD: 'T3st/p%4ss+w "rd\\!',
    };
    expect(password).not.toBe(env.XO_PASSWORD);
    const own = env.XO_PASSWORD;
    for (const text of await shown(env, reflections(own))) {
      expect(text).toMatch(/^<[^<]{0,30}\[secret\][^<]{0,12}>/);
    }
    const [pair] = await shown(env, [Buffer.from(`${username}:${own}`).toString("base64")]);
    expect(pair).toStartWith("<[secret]>");
  });

  test("nor in an error that quotes a page", async () => {
    const env = signIn(fixture.xo);
    await fixture.xo.setFaults([
      {
        match: { path: "/vms" },
        status: 302,
        headers: { location: `/${encodeURIComponent(env["XO_TOKEN"] ?? "")}` },
      },
    ]);
    const { stderr } = await tryCall(env, "list_vms");
    await fixture.xo.clearFaults();
    expect(stderr).not.toContain((env["XO_TOKEN"] ?? "").slice(0, 8));
  });
});
