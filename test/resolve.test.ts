import { describe, expect, test } from "bun:test";
import { call, itemsOf, signIn, tryCall, useXo } from "./harness.ts";
import { answering } from "./health.ts";
import { byId, ofType } from "./xo/estate/records.ts";
import { trap, type TrapName } from "./xo/estate/traps.ts";

const fixture = useXo({ pools: 2, hosts: 8, vms: 80 });

const vmOf = (name: TrapName) => byId(fixture.xo.estate, "VM", trap(fixture.xo.estate, name).id);
const details = (vm_id: string) => call(signIn(fixture.xo), "get_vm_details", { vm_id });
const refused = (vm_id: string) => tryCall(signIn(fixture.xo), "get_vm_details", { vm_id });

describe("a parameter that names one object", () => {
  test("takes a UUID, in either case, an exact name, or the first digits of a UUID", async () => {
    const { id, name_label } = vmOf("night-cpu");
    const ways = [id, id.toUpperCase(), name_label, id.slice(0, 8), id.slice(0, 13).toUpperCase()];
    const answers = await Promise.all(ways.map(details));
    expect(answers.map((answer) => answer["id"])).toEqual(ways.map(() => id));
  });

  test("is not the one without a name when it is empty", async () => {
    const answer = await tryCall(signIn(fixture.xo), "list_vms", { pool_id: "" });
    expect(answer).toMatchObject({ stdout: "", exitCode: 2 });
    expect(answer.stderr).toContain("An empty text is no pool.");
  });

  test("takes a name with signs that mean something in a filter", async () => {
    for (const name of ["pipe-name", "quotes-name", "emoji-name"] as const) {
      const { id, name_label } = vmOf(name);
      expect(await details(name_label)).toMatchObject({ id, name_label });
    }
  });

  test("takes a name as this program shows it, without what is hidden in it", async () => {
    for (const name of ["zero-width-name", "tag-characters-name", "bidi-name"] as const) {
      const { id } = vmOf(name);
      const [shown] = itemsOf(await call(signIn(fixture.xo), "list_vms", { filter: `id:${id}` }));
      expect(await details(String(shown?.["name_label"]))).toMatchObject({ id });
    }
  });

  test("takes a name with a line break as a table shows it, and proposes it on one line", async () => {
    const { id } = vmOf("newline-name");
    expect(await details("two lines and a tab")).toMatchObject({ id });
    const { stderr } = await refused("two lines and a tap");
    expect(stderr).toContain('Did you mean "two lines and a tab"?');
  });

  test("lists both of two that share a name, and chooses none", async () => {
    const outcome = await refused("dup-name");
    expect(outcome).toMatchObject({ stdout: "", exitCode: 5 });
    expect(outcome.stderr).toContain(vmOf("dup-name-1").id);
    expect(outcome.stderr).toContain(vmOf("dup-name-2").id);
    expect(outcome.stderr).toContain("Give the full UUID");
  });

  test("takes each of the two by its UUID", async () => {
    for (const name of ["dup-name-1", "dup-name-2"] as const) {
      const { id } = vmOf(name);
      expect(await details(id)).toMatchObject({ id, name_label: "dup-name" });
    }
  });

  test("names the nearest when there is none of that name", async () => {
    const outcome = await refused("web-prod-0001");
    expect(outcome).toMatchObject({ stdout: "", exitCode: 5 });
    expect(outcome.stderr).toContain("No VM has the name or UUID web-prod-0001. Did you mean web-");
    expect(outcome.stderr).toContain("check_connection tells");
  });

  test("takes a name in whatever form its letters and blanks are stored", async () => {
    const { xo } = fixture;
    const { id } = vmOf("night-cpu");
    for (const [stored, asked] of [
      ["Bu\u0308ro-PC", "B\u00fcro-PC"],
      ["B\u00fcro-PC", "Bu\u0308ro-PC"],
      ["web\u00a001", "web 01"],
    ] as const) {
      await xo.setFaults([answering("vms", [{ id, name_label: stored }])]);
      const answer = await details(asked);
      await xo.clearFaults();
      expect(answer).toMatchObject({ id });
    }
  });

  test("tells the id of the nearest, whose letters may look the same", async () => {
    const { xo } = fixture;
    const { id } = vmOf("night-cpu");
    // The second letter is of the Cyrillic alphabet.
    await xo.setFaults([answering("vms", [{ id, name_label: "w\u0435b-prod-99" }])]);
    const { stderr } = await refused("web-prod-99");
    await xo.clearFaults();
    expect(stderr).toContain(`Did you mean w\u0435b-prod-99? Its id is ${id}.`);
  });

  test("takes neither a part of a name nor another case for the name", async () => {
    expect(await refused("web-prod")).toMatchObject({ stdout: "", exitCode: 5 });
    expect(await refused(vmOf("night-cpu").name_label.toUpperCase())).toMatchObject({
      stdout: "",
      exitCode: 5,
    });
  });

  test("takes three digits for a name that nothing has", async () => {
    const outcome = await refused(vmOf("night-cpu").id.slice(0, 3));
    expect(outcome).toMatchObject({ stdout: "", exitCode: 5 });
  });

  test("never proposes the VM without a name", async () => {
    const outcome = await refused("x");
    expect(outcome).toMatchObject({ stdout: "", exitCode: 5 });
    expect(outcome.stderr).not.toContain("Did you mean");
  });

  test("does not find an object of another type by its UUID", async () => {
    const [snapshot] = ofType(fixture.xo.estate, "VM-snapshot");
    expect(await refused(String(snapshot?.id))).toMatchObject({ stdout: "", exitCode: 5 });
  });

  test("is no way to another route", async () => {
    for (const vm_id of ["../users", "..", "%2e%2e", "me?fields=*", "x/../../users"]) {
      expect(await refused(vm_id)).toMatchObject({ stdout: "", exitCode: 5 });
    }
    const paths = (await fixture.xo.requests()).map(({ path }) => path);
    expect(paths.filter((path) => /\.\.|%2e|\/users(?!\/)/i.test(path))).toEqual([]);
  });

  test("must not be empty", async () => {
    const outcome = await refused("");
    expect(outcome).toMatchObject({ stdout: "", exitCode: 2 });
    expect(outcome.stderr).toContain("vm_id: must not be empty");
  });

  test("is missed when it is left out", async () => {
    const outcome = await tryCall(signIn(fixture.xo), "get_pool_dashboard");
    expect(outcome).toMatchObject({ stdout: "", exitCode: 2 });
    expect(outcome.stderr).toContain("pool_id");
  });
});

describe("pool_id and host_id of a list", () => {
  const ways = ({ id, name_label }: { id: string; name_label: string }) => [
    id,
    name_label,
    id.slice(0, 8),
  ];
  const totals = (tool: string, args: object[]) =>
    Promise.all(
      args.map(
        async (one) => (await call(signIn(fixture.xo), tool, { ...one, limit: 1 }))["total"],
      ),
    );

  test("take a UUID, a name or first digits alike", async () => {
    const { estate } = fixture.xo;
    const { $pool, $container } = vmOf("dup-name-2");
    const pools = ways(byId(estate, "pool", $pool)).map((pool_id) => ({ pool_id }));
    const hosts = ways(byId(estate, "host", $container)).map((host_id) => ({ host_id }));
    const vms = ofType(estate, "VM");
    const ofPool = vms.filter((vm) => vm.$pool === $pool).length;
    const ofHost = vms.filter((vm) => vm.$container === $container).length;
    expect(await totals("list_vms", pools)).toEqual([ofPool, ofPool, ofPool]);
    expect(await totals("list_vms", hosts)).toEqual([ofHost, ofHost, ofHost]);
    expect(await totals("list_hosts", pools)).toEqual([4, 4, 4]);
  });

  test("end with 5 and the nearest name when there is no such object", async () => {
    for (const tool of ["list_vms", "list_hosts"]) {
      const outcome = await tryCall(signIn(fixture.xo), tool, { pool_id: "Lyons-DC2" });
      expect(outcome).toMatchObject({ stdout: "", exitCode: 5 });
      expect(outcome.stderr).toContain("Did you mean Lyon-DC2?");
    }
  });
});
