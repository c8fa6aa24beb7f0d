import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { ask, call, connect, itemsOf, run, signIn, tryCall, useXo, warningsOf } from "./harness.ts";
import { byId, ofType } from "./xo/estate/records.ts";
import { trap } from "./xo/estate/traps.ts";

const lists = ["list_hosts", "list_pools", "list_vms"];

describe("every list", () => {
  const fixture = useXo();

  describe("page by page", () => {
    test("has each VM once, in the order of the whole, though XO has no order", async () => {
      const { xo } = fixture;
      const whole = itemsOf(await call(signIn(xo), "list_vms", { fields: "id" }));
      const pages = await Promise.all(
        [0, 7, 14, 21, 28, 35].map((offset) =>
          call(signIn(xo), "list_vms", { fields: "id", limit: 7, offset }),
        ),
      );
      expect(pages.flatMap((page) => itemsOf(page))).toEqual(whole);
      expect(pages.map(({ next_offset }) => next_offset)).toEqual([7, 14, 21, 28, 35, undefined]);
      expect(new Set(whole.map(({ id }) => id)).size).toBe(ofType(xo.estate, "VM").length);
    });

    test("puts equal values in the order of their names", async () => {
      const { xo } = fixture;
      const answer = await call(signIn(xo), "list_vms", {
        filter: "name_label:/^(web|db|app)-prod-/",
        fields: "power_state,name_label",
        sort: "-power_state",
      });
      const names = ofType(xo.estate, "VM").map(({ name_label }) => name_label);
      const wanted = names.filter((name) => /^(web|db|app)-prod-/.test(name)).toSorted();
      expect(itemsOf(answer).map(({ name_label }) => String(name_label))).toEqual(wanted);
    });

    test("orders numbers in names by their value", async () => {
      const answer = await call(signIn(fixture.xo), "list_vms", {
        filter: "name_label:/^web-prod-/",
        fields: "name_label",
        sort: "-name_label",
      });
      const wanted = ["web-prod-004", "web-prod-003", "web-prod-001"];
      expect(itemsOf(answer)).toEqual(wanted.map((name_label) => ({ name_label })));
    });

    test("sorts missing values last, up and down", async () => {
      const { xo } = fixture;
      const vms = ofType(xo.estate, "VM");
      const known = vms.filter(({ mainIpAddress }) => mainIpAddress !== undefined).length;
      const sorted = async (sort: string) => {
        const items = itemsOf(
          await call(signIn(xo), "list_vms", { fields: "mainIpAddress", sort }),
        );
        return items.map(({ mainIpAddress }) => mainIpAddress);
      };
      const up = await sorted("mainIpAddress");
      const down = await sorted("-mainIpAddress");
      expect(up.slice(known)).toEqual(Array(vms.length - known).fill(undefined));
      expect(down).toEqual([...up.slice(0, known).toReversed(), ...up.slice(known)]);
    });

    test("goes by several fields, the first of them most", async () => {
      const { xo } = fixture;
      const asked = ["power_state,-memory.size", "power_state , memory.size desc"];
      const answers = await Promise.all(
        asked.map((sort) => call(signIn(xo), "list_vms", { fields: "id", sort })),
      );
      const wanted = ofType(xo.estate, "VM")
        .toSorted(
          (a, b) =>
            a.power_state.localeCompare(b.power_state) ||
            b.memory.size - a.memory.size ||
            a.name_label.localeCompare(b.name_label, "en", { numeric: true }) ||
            (a.id < b.id ? -1 : 1),
        )
        .map(({ id }) => ({ id }));
      for (const answer of answers) expect(itemsOf(answer)).toEqual(wanted);
    });

    test("says what to sort by instead of a whole object or of what is not in it", async () => {
      const told = async (sort: string) =>
        warningsOf(await call(signIn(fixture.xo), "list_vms", { sort, limit: 1 }));
      expect(await told("-memory")).toContain("Sort by one of memory.dynamic, memory.size");
      expect(await told("-memory.total")).toContain(
        "No record in vms has a field memory.total. memory has ",
      );
      expect(await told("power_state,nme_label")).toContain("Did you mean name_label?");
    });

    test("is in one order, whatever order XO has them in, and numbers compare as numbers", async () => {
      const { xo } = fixture;
      const rows = [
        { id: "a", memory: { size: 9 } },
        { id: "b" },
        { id: "c", memory: { size: 100 } },
        { id: "d", memory: { size: null } },
        { id: "e", memory: { size: 20 } },
      ];
      const sorted = async (sort: string, body: object[]) => {
        await xo.setFaults([{ match: { path: "/vms" }, body: JSON.stringify(body) }]);
        const answer = await call(signIn(xo), "list_vms", { fields: "id", sort });
        await xo.clearFaults();
        return itemsOf(answer)
          .map(({ id }) => id)
          .join("");
      };
      expect(await sorted("-memory.size", rows)).toBe("ceabd");
      expect(await sorted("-memory.size", rows.toReversed())).toBe("ceabd");
      expect(await sorted("memory.size", rows)).toBe("aecbd");
      expect(await sorted("memory.size", rows.toReversed())).toBe("aecbd");
    });

    test("is empty behind the end, with the total still told", async () => {
      const { xo } = fixture;
      const answer = await call(signIn(xo), "list_vms", { offset: 1000 });
      expect(answer).toMatchObject({ total: 40, returned: 0, items: [] });
      expect(answer).not.toHaveProperty("next_offset");
    });

    test.each([0, -1, 1.5])(
      "refuses a limit of %p, which XO would take for none or all",
      async (limit) => {
        const { xo } = fixture;
        const refused = { stdout: "", exitCode: 2 };
        const flags = await run(["call", "list_vms", `--limit=${limit}`], signIn(xo));
        expect(flags).toMatchObject(refused);
        expect(flags.stderr).toContain("limit: must be a whole number from 1");
        for (const list of lists)
          expect(await tryCall(signIn(xo), list, { limit })).toMatchObject(refused);
      },
    );
  });

  describe("fields", () => {
    test("may have blanks after their commas, and dots that go down", async () => {
      const { xo } = fixture;
      const { id, name_label, memory } = byId(xo.estate, "VM", trap(xo.estate, "night-cpu").id);
      const answer = await call(signIn(xo), "list_vms", {
        filter: `id:${id}`,
        fields: " name_label , memory.size,os_version.distro ",
      });
      expect(itemsOf(answer)).toEqual([
        { name_label, memory: { size: memory.size }, os_version: expect.any(Object) },
      ]);
    });

    test("that no record has are named, with the nearest that exists", async () => {
      for (const list of lists) {
        const answer = await call(signIn(fixture.xo), list, { fields: "id,name_lable", limit: 1 });
        expect(warningsOf(answer)).toContain("has a field name_lable. Did you mean name_label?");
      }
    });

    test("are XO's own, not what every object of this program has", async () => {
      const fields = "id,constructor,__proto__.toString";
      const answer = await call(signIn(fixture.xo), "list_vms", { fields, limit: 1 });
      expect(warningsOf(answer)).toContain("No record in vms has a field constructor.");
      expect(warningsOf(answer)).toContain("No record in vms has a field __proto__.toString.");
    });

    test("to sort by are held to the same", async () => {
      const answer = await call(signIn(fixture.xo), "list_vms", { sort: "-memroy.size", limit: 1 });
      expect(warningsOf(answer)).toContain("No record in vms has a field memroy.size.");
    });

    test("that only some records have are no mistake", async () => {
      const answer = await call(signIn(fixture.xo), "list_vms", { fields: "notes,mainIpAddress" });
      expect(warningsOf(answer)).not.toContain("has a field");
    });

    test("may be all of XO's, less the secret ones, which are named", async () => {
      const { xo } = fixture;
      const [hosts, pools, vms] = await Promise.all(
        lists.map((list) => call(signIn(xo), list, { fields: "*" })),
      );
      expect(JSON.stringify([hosts, pools, vms])).not.toContain("CANARY");
      expect(hosts).toMatchObject({ redacted: ["license_params", "otherConfig"] });
      expect(pools).toMatchObject({ redacted: ["otherConfig"] });
      expect(vms).toMatchObject({ redacted: ["other", "xenStoreData"] });
      const { id, $VBDs } = byId(xo.estate, "VM", trap(xo.estate, "night-cpu").id);
      expect(itemsOf(vms ?? {}).find((vm) => vm["id"] === id)).toMatchObject({ $VBDs });
    });

    test("that say little are cut in whole records, and whole by their own path", async () => {
      const { xo } = fixture;
      const host = ofType(xo.estate, "host")[0];
      const flags =
        "fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat clflush acpi mmx fxsr";
      const $PBDs = Array.from(
        { length: 9 },
        (_, at) => `0000000${at}-0000-4000-8000-000000000000`,
      );
      const record = { ...host, CPUs: { cpu_count: "8", flags }, $PBDs };
      await xo.setFaults([{ match: { path: "/hosts\\?" }, body: JSON.stringify([record]) }]);
      const [all, own] = await Promise.all(
        ["*", "CPUs.flags,$PBDs"].map((fields) => call(signIn(xo), "list_hosts", { fields })),
      );
      await xo.clearFaults();
      const cut = `${flags.slice(0, 40)}… [${flags.length} characters in all: fields=CPUs.flags]`;
      expect(itemsOf(all ?? {})).toMatchObject([
        {
          CPUs: { cpu_count: "8", flags: cut },
          $PBDs: [...$PBDs.slice(0, 3), "… [9 in all: fields=$PBDs]"],
        },
      ]);
      expect(itemsOf(own ?? {})).toEqual([{ CPUs: { flags }, $PBDs }]);
    });

    test("that are secret are not shown when asked for by name, or by a name inside", async () => {
      const answer = await call(signIn(fixture.xo), "list_vms", {
        fields: "id,xenStoreData,other.cloud-init-password",
      });
      expect(JSON.stringify(answer)).not.toContain("CANARY");
      expect(answer).toMatchObject({ redacted: ["xenStoreData", "other"] });
      expect(Object.keys(itemsOf(answer)[0] ?? {})).toEqual(["id"]);
    });
  });

  describe("a filter that matches nothing", () => {
    const advice = async (filter: string) => {
      const answer = await call(signIn(fixture.xo), "list_vms", { filter });
      expect(answer).toMatchObject({ total: 0, items: [] });
      return warningsOf(answer);
    };

    test("may ask a flag for true", async () => {
      expect(await advice("auto_poweron:true")).toContain("ask auto_poweron? or !auto_poweron?");
      expect(await advice("power_state:Running secureBoot:false")).toContain("ask secureBoot?");
    });

    test("may have a misspelt field", async () => {
      expect(await advice("power_sate:Running")).toContain(
        "No record in vms has a field power_sate, so this part of the filter matches nothing. Did you mean power_state?",
      );
      expect(await advice("power_state:Running |(tag:prod tag:test)")).toContain(
        "Did you mean tags?",
      );
    });

    test("may have a misspelt field further down, or a misspelt value", async () => {
      expect(await advice("CPUs:nmber:>4")).toContain("No record in vms has CPUs:nmber");
      expect(await advice("power_state:Runing")).toContain(
        "power_state is one of Halted, Paused, Running, Suspended.",
      );
    });

    test("may compare a text as if it were a number", async () => {
      const answer = await call(signIn(fixture.xo), "list_hosts", { filter: "version:<9" });
      expect(warningsOf(answer)).toContain("version holds text");
    });

    test("may go down with a dot", async () => {
      expect(await advice("CPUs.number:>4")).toContain("a nested field is written CPUs:number");
    });

    test("may have an open quote", async () => {
      expect(await advice('power_state:"Running tags:prod')).toContain(
        "an opening quote without a closing one",
      );
    });

    test("may simply match nothing", async () => {
      const told = await advice("name_label:nothing-is-called-this");
      expect(told).not.toContain("filter");
      expect(told).not.toContain("has a field");
    });
  });

  describe("a filter that matches too much", () => {
    test("says that what stands behind its ! is in no record", async () => {
      const { xo } = fixture;
      const answer = await call(signIn(xo), "list_vms", { filter: "!tag:prod", limit: 1 });
      expect(answer).toMatchObject({ total: ofType(xo.estate, "VM").length });
      expect(warningsOf(answer)).toContain("has a field tag,");
      expect(warningsOf(answer)).toContain("Did you mean tags?");
      const flag = await call(signIn(xo), "list_vms", { filter: "!auto_poweron:true", limit: 1 });
      expect(warningsOf(flag)).toContain("ask auto_poweron? or !auto_poweron?");
    });

    test("says nothing of a field that is there, and adds it to no item", async () => {
      const answer = await call(signIn(fixture.xo), "list_vms", { filter: "!tags:prod", limit: 1 });
      expect(warningsOf(answer)).not.toContain("filter");
      expect(Object.keys(itemsOf(answer)[0] ?? {})).not.toContain("tags");
    });
  });

  describe("a filter that XO does not understand", () => {
    const filter = "power_state:Running tags:team=hr";
    const reason = "XO did not understand the filter, from here on: =hr.";
    const example = 'Example: power_state:Running name_label:"web 01".';

    test("ends with 2, what was not understood, and a filter that is", async () => {
      for (const list of lists) {
        const outcome = await tryCall(signIn(fixture.xo), list, { filter });
        expect(outcome).toMatchObject({ stdout: "", exitCode: 2 });
        expect(outcome.stderr).toContain(reason);
        expect(outcome.stderr).toContain(example);
      }
    });

    test("is an error of the tool over MCP, with the same words", async () => {
      const client = await connect(signIn(fixture.xo));
      const answer = await client.callTool({ name: "list_vms", arguments: { filter } });
      await client.close();
      expect(answer).toMatchObject({ isError: true });
      expect(JSON.stringify(answer.content)).toContain(reason);
    });

    test("may have a wrong regular expression", async () => {
      const outcome = await tryCall(signIn(fixture.xo), "list_vms", { filter: "name_label:/[/" });
      expect(outcome).toMatchObject({ stdout: "", exitCode: 2 });
      expect(outcome.stderr).toContain("the regular expression is wrong");
    });
  });

  describe("a secret field cannot be guessed", () => {
    test.each([
      { filter: "other:cloud-init-password:/^CANARY/" },
      { filter: "power_state:Running !xenStoreData:vm-data:x" },
      { filter: "|(name_label:web other:x)" },
      { sort: "-other.cloud-init-password" },
    ])("by asking with %j", async (args) => {
      const outcome = await tryCall(signIn(fixture.xo), "list_vms", args);
      expect(outcome).toMatchObject({ stdout: "", exitCode: 2 });
      expect(outcome.stderr).toContain("may hold credentials");
    });

    test("by a word that XO would look for everywhere", async () => {
      for (const filter of ["CANARY", "*ANAR*", "/CANARY/", "|(CANARY CANARY-vm)"]) {
        const answer = await call(signIn(fixture.xo), "list_vms", { filter });
        expect(answer).toMatchObject({ total: 0 });
        expect(warningsOf(answer)).toContain("Words without a field were looked for in");
      }
    });

    test("while a word still finds a VM by its name", async () => {
      const { xo } = fixture;
      const { id, name_label } = byId(xo.estate, "VM", trap(xo.estate, "night-cpu").id);
      const answer = await call(signIn(xo), "list_vms", { filter: name_label, fields: "id" });
      expect(itemsOf(answer)).toEqual([{ id }]);
    });
  });

  describe("on the command line", () => {
    test("keeps stdout for the rows: count and warnings go to stderr", async () => {
      const { xo } = fixture;
      for (const format of ["table", "ndjson"]) {
        const outcome = await tryCall(signIn(xo), "list_vms", { limit: 5, fields: "id" }, format);
        expect(outcome.exitCode).toBe(0);
        expect(outcome.stdout).not.toContain("connected");
        expect(outcome.stderr).toContain("5 of 40; the next begin at --offset 5");
        expect(outcome.stderr).toContain("XO is not connected to vienna");
      }
    });

    test("has one JSON object a line as ndjson", async () => {
      const { xo } = fixture;
      const { stdout } = await tryCall(signIn(xo), "list_vms", { fields: "id" }, "ndjson");
      const rows = stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line));
      expect(rows).toEqual(itemsOf(await call(signIn(xo), "list_vms", { fields: "id" })));
    });
  });
});

describe("5,000 VMs over MCP", () => {
  const fixture = useXo({ size: "large" });
  let client: Client;
  beforeAll(async () => {
    client = await connect(signIn(fixture.xo));
  });
  afterAll(() => client.close());

  test.each([
    ["the standard fields", {}],
    ["all fields", { fields: "*" }],
    ["ids", { fields: "id" }],
    ["sorted names", { sort: "-memory.size", fields: "name_label,tags" }],
  ])("are cut to what a context holds, and the answer says how to go on: %s", async (_, args) => {
    const answer = await ask(client, "list_vms", args);
    const items = itemsOf(answer).length;
    expect(JSON.stringify(answer).length).toBeWithin(4_000, 8_001);
    expect(answer).toMatchObject({ total: 5000, returned: items, next_offset: items });
    expect(warningsOf(answer)).toContain(`Only ${items} of 5000 items fit`);
  });

  test("take the whole budget for a limit that is asked for", async () => {
    const answer = await ask(client, "list_vms", { limit: 1000 });
    expect(JSON.stringify(answer).length).toBeWithin(20_000, 24_001);
    expect(warningsOf(answer)).toContain("of 1000 items fit: ask on with offset, or for fewer");
  });

  test("are each on one page when all pages are read", async () => {
    const seen: unknown[] = [];
    let offset: unknown = 0;
    while (offset !== undefined) {
      const answer = await ask(client, "list_vms", { fields: "id", offset });
      seen.push(...itemsOf(answer).map(({ id }) => id));
      offset = answer["next_offset"];
    }
    const ids = ofType(fixture.xo.estate, "VM").map(({ id }) => id);
    expect(seen).toHaveLength(5000);
    expect(new Set(seen)).toEqual(new Set(ids));
  });

  test("are all there on the command line, where nobody counts", async () => {
    const answer = await call(signIn(fixture.xo), "list_vms", { fields: "id" });
    expect(answer).toMatchObject({ total: 5000, returned: 5000 });
    expect(answer).not.toHaveProperty("next_offset");
  });

  test.each([0, -1, 1.5])(
    "are not opened by a limit of %p, which is an error of the tool",
    async (limit) => {
      const answer = await client.callTool({ name: "list_vms", arguments: { limit } });
      expect(answer).toMatchObject({ isError: true });
      expect(JSON.stringify(answer.content)).toContain("limit: must be a whole number from 1");
    },
  );

  test("give way to a limit that is smaller", async () => {
    const answer = await ask(client, "list_vms", { limit: 20 });
    expect(answer).toMatchObject({ total: 5000, returned: 20, next_offset: 20 });
    expect(warningsOf(answer)).not.toContain("fit");
  });

  test("take as much room as XO_MCP_MAX_CHARS allows", async () => {
    const narrow = await connect({ ...signIn(fixture.xo), XO_MCP_MAX_CHARS: "4000" });
    const answer = await ask(narrow, "list_vms");
    await narrow.close();
    expect(JSON.stringify(answer).length).toBeWithin(2_000, 4_001);
  });
});
