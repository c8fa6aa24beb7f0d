import { afterEach, describe, expect, test } from "bun:test";
import { type Answer, call, signIn, tryCall, useXo, warningsOf } from "../harness.ts";
import { answering } from "../health.ts";
import { byId, ofType } from "../xo/estate/records.ts";
import { trap } from "../xo/estate/traps.ts";
import { type Cell, rowsOf } from "./questions.ts";

const fixture = useXo();
const paths = useXo({ situations: ["paths-lost"] });

afterEach(() => fixture.xo.clearFaults());

const query = (sql: string, account: "admin" | "reader" = "admin"): Promise<Answer> =>
  call(signIn(fixture.xo, account), "query_sql", { sql });
const rows = async (sql: string): Promise<Cell[][]> => rowsOf(await query(sql));

describe("what is not known is NULL, and not 0", () => {
  test.each([
    ["never scanned", { size: -1, physical_usage: -1 }],
    ["used to more than its size", { size: 10, physical_usage: 20 }],
    ["without any link", { $PBDs: [] }],
  ])("the space of a storage that is %s", async (_, change) => {
    const { xo } = fixture;
    const sr = byId(xo.estate, "SR", trap(xo.estate, "full-sr").id);
    await xo.setFaults([answering("srs", [{ ...sr, ...change }])]);
    const found = await rows(
      "select size_bytes, used_bytes, free_bytes, used_percent, overcommit_ratio from srs",
    );
    expect(found).toEqual([[null, null, null, null, null]]);
  });

  test("the size and the use of a disk that XAPI never saw", async () => {
    const { xo } = fixture;
    const disk = byId(xo.estate, "VDI", trap(xo.estate, "orphan-vdi").id);
    const unseen = { ...disk, size: -1, usage: -1, chainPhysicalUsage: -1, parent: "" };
    await xo.setFaults([answering("vdis", [unseen]), answering("vdi-snapshots", [])]);
    const found = await rows(
      "select size_bytes, used_bytes, chain_used_bytes, parent_id, vm, vm_id, taken_at from disks",
    );
    expect(found).toEqual([Array.from({ length: 7 }, () => null)]);
  });

  test("when a snapshot was taken, and of which VM", async () => {
    const { xo } = fixture;
    await xo.setFaults([answering("vm-snapshots", [{ id: "one", snapshot_time: 0 }])]);
    const found = await rows(
      "select taken_at, age_days, vm, vm_id, schedule_id, job_id, sr from snapshots",
    );
    expect(found).toEqual([Array.from({ length: 7 }, () => null)]);
  });

  test("the value of an alarm that is none, and the end of a task that runs", async () => {
    const { estate } = fixture.xo;
    const nan = trap(estate, "alarm-nan").id;
    expect(await rows(`select value, value_percent from alarms where id = '${nan}'`)).toEqual([
      [null, null],
    ]);
    const running = trap(estate, "task-pending").id;
    expect(await rows(`select ended_at, duration_s from tasks where id = '${running}'`)).toEqual([
      [null, null],
    ]);
  });

  test("where a host that is silent counts: a host's own storage is not reached", async () => {
    const { xo } = fixture;
    const hosts = ofType(xo.estate, "host");
    const [down] = hosts;
    await xo.setFaults([
      answering(
        "hosts",
        hosts.map((host) => (host === down ? { ...host, power_state: "Halted" } : host)),
      ),
    ]);
    const found = await rows(
      "select name, reached, lost_links from srs where host is not null and reached = 0 order by name",
    );
    expect(found).toEqual([
      ["DVD drives", 0, 0],
      ["Local storage", 0, 0],
    ]);
  });
});

describe("an account that sees less", () => {
  test("is not told that nothing keeps a snapshot, or who has a disk", async () => {
    const answer = await query(
      "select kept_by, count(*) from snapshots where origin = 'backup' group by 1",
      "reader",
    );
    expect(rowsOf(answer).map(([kept]) => kept)).toEqual(["unknown"]);
    expect(warningsOf(answer)).toContain("snapshots.kept_by");
    const lost = rowsOf(await query("select count(lost_links) from srs", "reader"));
    expect(lost).toEqual([[0]]);
  });

  test("is told that it may not see tasks, and gets no number of them", async () => {
    const { exitCode, stdout, stderr } = await tryCall(signIn(fixture.xo, "reader"), "query_sql", {
      sql: "select count(*) from tasks",
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 3, stdout: "" });
    expect(stderr).toContain("tasks cannot be read: this account may not see tasks");
  });
});

test("links tell their worst LUN, and no figure of one that lost nothing", async () => {
  const { xo } = paths;
  const answer = await call(signIn(xo), "query_sql", {
    sql: "select host, multipathed, paths_up, paths_known, luns_degraded from sr_links where sr = 'SAN LUN2' order by host",
  });
  const [first, second, third] = ofType(xo.estate, "host").map(({ name_label }) => name_label);
  expect(rowsOf(answer)).toEqual([
    [first ?? null, 1, 1, 4, 1],
    [second ?? null, 1, 2, 4, 1],
    [third ?? null, 1, 4, 4, 0],
  ]);
  const other = await call(signIn(xo), "query_sql", {
    sql: "select multipathed, paths_up, count(*) from sr_links where sr <> 'SAN LUN2' group by 1, 2",
  });
  expect(rowsOf(other).map((row) => row.slice(0, 2))).toEqual([[0, null]]);
});

test("the memory of a snapshot is a part of it", async () => {
  const { xo } = fixture;
  const { estate } = xo;
  const snapshot = byId(estate, "VM-snapshot", trap(estate, "old-snapshot").id);
  const [disk] = ofType(estate, "VDI-snapshot");
  const memory = { ...disk, id: "memory", $VBDs: [], VDI_type: "suspend", usage: 1_000 };
  const taken = { ...snapshot, power_state: "Suspended", suspendVdi: memory.id };
  await xo.setFaults([
    answering("vm-snapshots", [taken, { ...taken, id: "other", $VBDs: [], suspendVdi: undefined }]),
    answering("vdi-snapshots", [...ofType(estate, "VDI-snapshot"), memory]),
    answering("vdis", []),
  ]);
  expect(
    await rows("select with_memory, memory_gone, memory_bytes from snapshots order by 1 desc"),
  ).toEqual([
    [1, 0, 1_000],
    [0, 1, null],
  ]);
  expect(
    await rows("select state, snapshot_id, kept_for from disks where type = 'suspend'"),
  ).toEqual([["other", snapshot.id, `the memory of the snapshot ${snapshot.name_label}`]]);
  const [difference] = await rows(
    "select s.used_bytes - (select sum(d.used_bytes) from disks d where d.snapshot_id = s.id) from snapshots s where s.with_memory = 1",
  );
  expect(difference).toEqual([0]);
});

test("no table of storage and events shows what may be secret", async () => {
  const own = "srs sr_links disks vm_disks snapshots alarms messages tasks";
  for (const table of own.split(" ")) {
    const answer = await query(`select * from ${table}`);
    expect(rowsOf(answer).length).toBeGreaterThan(0);
    expect(JSON.stringify(answer)).not.toContain("CANARY");
  }
});
