import { describe, expect, test } from "bun:test";
import { itemsOf, signIn, tryCall, useXo, warningsOf } from "../harness.ts";
import { ofType } from "../xo/estate/records.ts";
import { ask } from "./ask.ts";

ask(
  [
    {
      asks: "Which VMs have no tag?",
      tool: "list_vms",
      args: { filter: "tags:length:0" },
      answers: (answer, estate) => {
        expect(answer["total"]).toBe(
          ofType(estate, "VM").filter(({ tags }) => tags.length === 0).length,
        );
      },
    },
    {
      asks: "How many VMs are tagged prod, and not non-prod alone?",
      tool: "list_vms",
      args: { filter: "tags:prod", limit: 1 },
      answers: (answer, estate) => {
        const only = ofType(estate, "VM").filter(
          ({ tags }) => tags.includes("non-prod") && !tags.includes("prod"),
        );
        expect(warningsOf(answer)).toContain(
          `${only.length} of ${String(answer["total"])} have prod only`,
        );
      },
    },
    {
      asks: "Which VM has the address that I copied with its port?",
      tool: "find_objects",
      args: (estate) => {
        const vm = ofType(estate, "VM").find(({ mainIpAddress }) => mainIpAddress?.includes("."));
        return { query: `${String(vm?.mainIpAddress)}:22`, types: ["vm"] };
      },
      answers: (answer, estate) => {
        const vm = ofType(estate, "VM").find(({ mainIpAddress }) => mainIpAddress?.includes("."));
        expect(itemsOf(answer).map(({ id }) => id)).toContain(vm?.id);
      },
    },
  ],
  ["tags-in-tags"],
);

describe("spellings of one meaning", () => {
  const fixture = useXo({ situations: ["tags-in-tags"] });
  const found = async (query: string) => {
    const outcome = await tryCall(signIn(fixture.xo), "find_objects", { query, limit: 500 });
    const ids = itemsOf(JSON.parse(outcome.stdout)).map(({ id }) => String(id));
    return ids.toSorted();
  };

  test.each([
    ["10.20.0.*", "10.20.0.0/24"],
    ["10.20.*.*", "10.20.0.0/16"],
    ["10.20.*", "10.20.0.0/16"],
    ["10.20.0.0/255.255.255.0", "10.20.0.0/24"],
    ["10.20.0.8-10.20.0.15", "10.20.0.8/29"],
    ["10.20.0.8-15", "10.20.0.8/29"],
    ["http://10.20.0.10/", "10.20.0.10"],
    ["ssh://10.20.0.10:22", "10.20.0.10"],
    ["10.20.0.10:22", "10.20.0.10"],
    ["[2001:db8::51]", "2001:db8::51"],
    ["[2001:db8::51]:443", "2001:db8::51"],
    ["tag:prod", "prod"],
  ])("%s", async (query, same) => {
    const ids = await found(query);
    if (!same.startsWith("2001")) expect(ids).not.toEqual([]);
    if (same === "prod") expect((await found(same)).filter((id) => ids.includes(id))).toEqual(ids);
    else expect(ids).toEqual(await found(same));
  });

  test("app-* is a name", async () => {
    const named = ofType(fixture.xo.estate, "VM").filter(({ name_label }) =>
      name_label.startsWith("app-"),
    );
    const ids = await found("app-*");
    expect(named.every(({ id }) => ids.includes(id))).toBe(true);
  });

  test("a name with a domain is told the form", async () => {
    const { stdout } = await tryCall(signIn(fixture.xo), "find_objects", {
      query: "nowhere-9.example.com",
    });
    expect(stdout).toContain("try nowhere-9.");
  });

  test("a tag that nobody has is not found, with the nearest", async () => {
    const outcome = await tryCall(signIn(fixture.xo), "get_backup_coverage", { tag: "Prod" });
    expect(outcome).toMatchObject({ stdout: "", exitCode: 5 });
    expect(outcome.stderr).toContain("No VM has the tag Prod. Did you mean prod?");
  });
});
