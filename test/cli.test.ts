import { describe, expect, test } from "bun:test";
import { binary, run, signIn, useXo } from "./harness.ts";
import { ofType } from "./xo/estate/records.ts";

const fixture = useXo();

describe("the command line", () => {
  test("--version prints version, commit and target", async () => {
    const { stdout, exitCode } = await run(["--version"]);
    expect(stdout).toMatch(
      /^xo-mcp \d+\.\d+\.\d+ \([0-9a-f]{7,}(?:-dirty)?, bun-[a-z]+-[a-z0-9-]+\)\n$/,
    );
    expect(exitCode).toBe(0);
  });

  test.each([
    [["chek"], "did you mean check?"],
    [["call", "list_vm"], "did you mean list_vms?"],
    [["call", "constructor"], "Unknown tool constructor"],
    [["call", "list_vms", "--limt", "3"], "did you mean --limit?"],
    [["call", "list_vms", "extra"], "Unexpected argument extra"],
    [["call", "list_vms", "--limit"], "--limit needs a value"],
    [["call", "list_vms", "--limit", "0"], "limit: must be a whole number from 1"],
    [["call", "list_vms", "--limit", "-1"], "limit: must be a whole number from 1"],
    [["call", "list_vms", "--limit", "1.5"], "limit: must be a whole number from 1"],
    [["call", "list_vms", "--limit", "many"], "limit: must be a whole number from 1"],
    [["call", "list_vms", "--offset=-3"], "offset: must be a whole number from 0"],
    [["call", "list_vms", "-o", "xml"], "-o takes table, json, ndjson"],
    [["call", "list_vms", "--input", "{"], "--input is not valid JSON"],
    [["call", "list_vms", "--input", "[]"], "--input must be a JSON object"],
    [["call", "list_vms", "--input", '{"limt": 1}'], "did you mean limit?"],
    [
      ["call", "search_documentation", "--topic", "cooking"],
      "topic: must be one of installation, ",
    ],
    [["call", "get_vm_details"], "vm_id: is required."],
    [["--nosuch", "--help=x"], "Unknown flag"],
  ])("%j is refused with what was meant", async (args, message) => {
    const { stdout, stderr, exitCode } = await run(args, signIn(fixture.xo));
    expect(stderr).toContain(message);
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
  });

  test.each([["--pool_id"], ["--pool-id"], ["--poolId"]])("%s is one flag", async (flag) => {
    const { stdout, exitCode } = await run(
      ["call", "list_vms", flag, "Paris-DC1", "--limit=1"],
      signIn(fixture.xo),
    );
    expect(JSON.parse(stdout)).toMatchObject({ total: ofType(fixture.xo.estate, "VM").length });
    expect(exitCode).toBe(0);
  });

  test("a value may begin like a flag", async () => {
    const { xo } = fixture;
    const { stdout } = await run(
      ["call", "list_vms", "--filter", "!power_state:Running", "--limit", "1"],
      signIn(xo),
    );
    const halted = ofType(xo.estate, "VM").filter((vm) => vm.power_state !== "Running");
    expect(JSON.parse(stdout)).toMatchObject({ total: halted.length });
  });

  test("--input reads standard input, and flags win over it", async () => {
    const args = ["call", "list_vms", "--input", "-", "--limit", "2"];
    const { stdout } = await run(args, signIn(fixture.xo), '{"limit": 1, "fields": "id"}');
    const answer = JSON.parse(stdout);
    expect(answer.items).toHaveLength(2);
    expect(Object.keys(answer.items[0])).toEqual(["id"]);
  });

  test("ndjson is one record a line, and totals and warnings go to stderr", async () => {
    const { stdout, stderr } = await run(
      ["call", "list_vms", "-o", "ndjson", "--limit", "3"],
      signIn(fixture.xo),
    );
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(lines).toHaveLength(3);
    expect(stderr).toContain("3 of 40; the next begin at --offset 3");
    expect(stderr).toContain("XO is not connected to");
  });

  test("a table has a heading, a line a record, and units for people", async () => {
    const args = ["call", "list_vms", "-o", "table", "--filter", "name_label:/^web-prod-001$/"];
    const { stdout } = await run(args, signIn(fixture.xo));
    const [heading, record, ...rest] = stdout.trimEnd().split("\n");
    expect(heading).toMatch(/^id +name_label +power_state +CPUs\.number +memory\.size$/);
    expect(record).toMatch(/ web-prod-001 +Running +\d+ +\d+ GiB$/);
    expect(rest).toEqual([]);
  });

  /** What the program shows on a terminal of so many columns, once `expected` is on it. */
  async function onTerminal(cols: number, args: string[], expected: RegExp): Promise<string> {
    let screen = "";
    const shown = Promise.withResolvers<void>();
    await using terminal = new Bun.Terminal({
      cols,
      rows: 60,
      data: (_, bytes) => {
        screen += new TextDecoder().decode(bytes);
        // What was printed may arrive after the program's end.
        if (expected.test(Bun.stripANSI(screen))) shown.resolve();
      },
    });
    const child = Bun.spawn([binary, ...args], { env: signIn(fixture.xo), terminal });
    expect(await child.exited).toBe(0);
    await shown.promise;
    return Bun.stripANSI(screen);
  }

  test("on a terminal, the table is the standard format", async () => {
    const screen = await onTerminal(160, ["call", "list_pools"], /1 of 1/);
    expect(screen).toMatch(/id +name_label +name_description/);
  });

  test("on a narrow terminal, ids give way first, and that is said", async () => {
    const args = ["call", "list_vms", "--filter", "name_label:/^web-prod-001$/"];
    const fields = ["--fields", "id,name_label,$pool,power_state"];
    const wide = await onTerminal(160, [...args, ...fields], /1 of 1/);
    expect(wide).toMatch(/id +name_label +\$pool +power_state/);
    expect(wide).not.toContain("Left out");
    const narrow = await onTerminal(80, [...args, ...fields], /1 of 1/);
    expect(narrow).toMatch(/id +name_label +power_state/);
    expect(narrow).toContain("Left out for want of room: $pool. -o json has everything.");
    const narrower = await onTerminal(40, [...args, ...fields], /1 of 1/);
    expect(narrower).toMatch(/^name_label +power_state/);
  });

  test("what is told of a list as a whole stands beside the table, not in it", async () => {
    const { stdout, stderr } = await run(
      ["call", "list_vdis", "--limit", "1", "-o", "table"],
      signIn(fixture.xo),
    );
    expect(stdout.trimEnd().split("\n")).toHaveLength(2);
    expect(stderr).toMatch(/total_size_bytes: [\d.]+ TiB\n.*total_used_bytes: .*\n.*1 of \d+;/);
  });

  test("a reader that has seen enough is no error", async () => {
    const script = `{ "$1" call list_vms --fields '*' -o ndjson; echo "exit $?" >&2; } | head -n 1`;
    const child = Bun.spawn(["sh", "-c", script, "sh", binary], {
      env: { ...signIn(fixture.xo), PATH: process.env["PATH"] ?? "" },
      stderr: "pipe",
    });
    const lines = (await new Response(child.stdout).text()).trimEnd().split("\n");
    expect(lines).toHaveLength(1);
    const stderr = await new Response(child.stderr).text();
    expect(stderr).toEndWith("exit 0\n");
    expect(stderr).not.toContain("EPIPE");
  });

  // /dev/full and what a closed descriptor became are Linux's.
  describe.if(process.platform === "linux")("output that is lost", () => {
    const started = `${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" })}\n`;
    const ways = [
      [["--version"]],
      [["--help"]],
      [["check"]],
      [["call", "list_vms"]],
      [["call", "list_vms", "--fields", "*", "-o", "table"]],
      [["sql", "select 1"]],
      [["serve"]],
    ];
    async function outcome(args: string[], stdout: string) {
      const child = Bun.spawn(["sh", "-c", `"$@" ${stdout}`, "sh", binary, ...args], {
        env: signIn(fixture.xo),
        stdin: new Blob([started]),
        stderr: "pipe",
      });
      const stderr = await new Response(child.stderr).text();
      return { stderr, exitCode: await child.exited };
    }

    test.each(ways)("is an error of %j", async (args) => {
      const full = await outcome(args, "> /dev/full");
      expect(full.stderr).toContain(
        "The output is lost: standard output cannot be written (ENOSPC)",
      );
      const closed = await outcome(args, ">&-");
      expect(closed.stderr).toContain("The output is lost: standard output is closed");
      expect([full.exitCode, closed.exitCode]).toEqual([1, 1]);
    });

    test.each(ways)("is none of %j that nobody wants to see", async (args) => {
      expect(await outcome(args, "> /dev/null")).toMatchObject({ exitCode: 0 });
    });
  });

  test("--verbose traces routes and times, never a value", async () => {
    const { xo } = fixture;
    const env = signIn(xo);
    const { stderr } = await run(
      ["call", "get_vm_details", "--vm_id", "web-prod-001", "--verbose"],
      env,
    );
    expect(stderr).toMatch(/GET \/rest\/v0\/vms\/\{id\} 200 \d+ ms/);
    expect(stderr).not.toContain("web-prod-001");
    expect(stderr).not.toContain(env["XO_TOKEN"] ?? "none");
  });
});
