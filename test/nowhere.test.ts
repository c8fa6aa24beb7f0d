import { describe, expect, test } from "bun:test";
import { catalog } from "../src/catalog.ts";
import { call, signIn, tryCall, useXo, warningsOf } from "./harness.ts";

const fixture = useXo();

/** What a tool needs beside the parameter that is tried. */
const beside: Record<string, Record<string, unknown>> = {
  get_stats: { points: 2 },
  get_top_consumers: { metric: "cpu" },
};

const naming = catalog.flatMap(({ name, input }) =>
  Object.keys(input.shape)
    .filter((parameter) => /_id$|^tag$/.test(parameter))
    .map((parameter) => [name, parameter] as const),
);

const uuid = "11111111-2222-4333-8444-555555555555";

/** Where XO cannot tell that nothing of an object is left: an unreadable repository, tasks without an object. */
const unsure = new Set(["list_backup_archives vm_id", "list_events object_id"]);

describe("what exists nowhere is not found, and no empty answer:", () => {
  test.each(naming)("%s %s", async (tool, parameter) => {
    const env = signIn(fixture.xo);
    const args = { ...beside[tool] };
    const byName = await tryCall(env, tool, { ...args, [parameter]: "no such thing" });
    expect(byName).toMatchObject({ exitCode: 5, stdout: "" });
    expect(byName.stderr).toContain("no such thing");
    if (unsure.has(`${tool} ${parameter}`)) {
      const answer = await call(env, tool, { ...args, [parameter]: uuid });
      expect(warningsOf(answer)).toContain("it may be gone");
      return;
    }
    const byId = await tryCall(env, tool, { ...args, [parameter]: uuid });
    expect(byId).toMatchObject({ exitCode: 5, stdout: "" });
    expect(byId.stderr).toContain(uuid);
  });

  test("of a VM only where every repository was looked into", async () => {
    const { xo } = fixture;
    const args = { vm_id: uuid, repository_id: "nfs-main" };
    expect(await tryCall(signIn(xo), "list_backup_archives", args)).toMatchObject({ exitCode: 5 });
  });

  test("of an event only where each tells its object", async () => {
    const args = { object_id: uuid, kinds: ["alarm", "message"] };
    expect(await tryCall(signIn(fixture.xo), "list_events", args)).toMatchObject({ exitCode: 5 });
  });
});
