import { afterEach, describe, expect, test } from "bun:test";
import { type Answer, call, itemsOf, signIn, tryCall, useXo, warningsOf } from "./harness.ts";
import type { StoredRecord } from "./xo/estate/estate.ts";
import { byId, ofType } from "./xo/estate/records.ts";
import { trap, type TrapName } from "./xo/estate/traps.ts";

const fixture = useXo();

afterEach(() => fixture.xo.clearFaults());

const list = (args: Record<string, unknown> = {}) =>
  call(signIn(fixture.xo), "list_backup_archives", args);

/** All restore points that can be read, by the estate's word. */
const truth = (): StoredRecord[] =>
  [...fixture.xo.estate.archives.values()].flatMap((byVm) => [...byVm.values()].flat());

const idsOf = (answer: Answer) => itemsOf(answer).map(({ id }) => String(id));

const archive = (answer: Answer, name: TrapName) => {
  const { id } = trap(fixture.xo.estate, name);
  return itemsOf(answer).find((item) => item["id"] === id);
};

/** Every server connected: what is not there then, is gone. */
const connected = () => ({
  match: { path: "/servers" },
  body: JSON.stringify(fixture.xo.estate.servers.filter(({ status }) => status === "connected")),
});

describe("list_backup_archives", () => {
  test("has every restore point that can be read, newest first", async () => {
    const answer = await list();
    expect(answer).toMatchObject({ total: truth().length });
    expect(idsOf(answer).toSorted()).toEqual(
      truth()
        .map(({ id }) => id)
        .toSorted(),
    );
    const times = itemsOf(answer).map(({ taken_at }) => Date.parse(String(taken_at)));
    expect(times).toEqual(times.toSorted((a, b) => b - a));
  });

  test("tells what can be restored of a VM, by name or id, and from where", async () => {
    const { estate, now } = fixture.xo;
    const { id } = trap(estate, "immutable-archive");
    const uuid = id.split("/").at(-2) ?? "";
    const { name_label } = byId(estate, "VM", uuid);
    const wanted = truth().filter((each) => each.id.includes(`/${uuid}/`));
    const answer = await list({ vm_id: uuid });
    expect(idsOf(answer).toSorted()).toEqual(wanted.map((each) => each.id).toSorted());
    const item = archive(answer, "immutable-archive");
    expect(item).toMatchObject({
      vm_id: uuid,
      vm_state: "present",
      job: "weekly-smart-tag",
      job_state: "present",
      mode: "full",
      immutable: true,
      repository: "smb-full",
      size_bytes: trap(estate, "immutable-archive")["size"],
    });
    const at = Date.parse(String(item?.["taken_at"]));
    expect(item?.["age_hours"]).toBe(Math.floor((now - at) / 3_600_000));
    expect(itemsOf(answer).filter(({ immutable }) => immutable === false)).toHaveLength(
      wanted.length / 2,
    );
    expect(idsOf(await list({ vm_id: name_label }))).toEqual(idsOf(answer));
  });

  test("finds what is left of a VM and a job that are gone", async () => {
    const { xo } = fixture;
    await xo.setFaults([connected()]);
    const gone = { vm: "retired-app", vm_state: "gone", job_state: "gone" };
    const byName = await list({ vm_id: "retired-app" });
    expect(itemsOf(byName)).toMatchObject([gone]);
    const uuid = itemsOf(byName)[0]?.["vm_id"];
    expect(itemsOf(await list({ vm_id: uuid }))).toMatchObject([gone]);
    // While a pool is lost, its VM may be in that pool.
    await xo.clearFaults();
    const unsure = await list({ vm_id: "retired-app" });
    expect(itemsOf(unsure)).toMatchObject([{ vm_state: "not seen", job_state: "gone" }]);
    expect(warningsOf(unsure)).toContain("not connected to vienna");
  });

  test("has the restore points of a VM that was made anew under its name", async () => {
    const { xo } = fixture;
    const [model] = ofType(xo.estate, "VM");
    const vms = [{ ...model, name_label: "retired-app" }];
    await xo.setFaults([{ match: { path: "/vms" }, body: JSON.stringify(vms) }]);
    const answer = await list({ vm_id: "retired-app" });
    expect(itemsOf(answer).map(({ vm }) => vm)).toContain("retired-app");
  });

  test("names the repositories that could not be read, and never takes them for empty", async () => {
    const answer = await list();
    expect(itemsOf(answer, "repositories")).toMatchObject([
      {
        repository: "nfs-main",
        restore_points: expect.any(Number),
        size_bytes: expect.any(Number),
      },
      { repository: "smb-full" },
      { repository: "s3-offsite", restore_points: 0 },
      {
        repository: "nfs-offline",
        not_read: `unreachable: "mount: /run/xo-server/mounts: unknown filesystem type 'nfs'"`,
      },
      { repository: "nfs-old", not_read: "disabled in XO" },
    ]);
    expect(itemsOf(answer, "repositories")[3]).not.toHaveProperty("restore_points");
    expect(warningsOf(answer)).toContain(
      "Not read, so what they hold is missing here: nfs-offline (",
    );
    expect(warningsOf(answer)).not.toContain("s3-offsite");
    expect(JSON.stringify(answer)).not.toContain("CANARY");
  });

  test("looks again at a repository that answers nothing: XO may not have noticed yet", async () => {
    const { xo } = fixture;
    const remotes = xo.estate.remotes.map(({ error: _error, ...remote }) => remote);
    await xo.setFaults([
      { match: { path: "/backup-repositories\\?" }, body: JSON.stringify(remotes) },
    ]);
    const [, , , offline] = itemsOf(await list(), "repositories");
    expect(offline).toMatchObject({ not_read: expect.stringContaining('unreachable: "mount:') });
  });

  test("goes on with the others when one repository fails or hangs", async () => {
    const { xo } = fixture;
    const { id } = trap(xo.estate, "full-remote");
    await xo.setFaults([{ match: { path: `backup-repository=${id}` }, status: 500 }]);
    const failed = await list();
    expect(itemsOf(failed, "repositories")[1]).toMatchObject({
      repository: "smb-full",
      not_read: expect.stringContaining("500"),
    });
    expect(itemsOf(failed).length).toBeGreaterThan(100);
    await xo.setFaults([{ match: { path: `backup-repository=${id}` }, delayMs: 9_000 }]);
    const env = { ...signIn(xo), XO_TIMEOUT: "7" };
    const hung = await call(env, "list_backup_archives");
    expect(warningsOf(hung)).toContain("smb-full (XO did not list it in time)");
    expect(itemsOf(hung).length).toBeGreaterThan(100);
  }, 20_000);

  test("reads one repository alone when it is named", async () => {
    const { xo } = fixture;
    await xo.clearRequests();
    const answer = await list({ repository_id: "smb-full" });
    expect(itemsOf(answer, "repositories")).toHaveLength(1);
    expect(new Set(itemsOf(answer).map(({ repository }) => repository))).toEqual(
      new Set(["smb-full"]),
    );
    expect(warningsOf(answer)).not.toContain("Not read");
    const asked = (await xo.requests()).filter(({ path }) => path.includes("/backup-archives"));
    expect(asked).toHaveLength(1);
    const wrong = await tryCall(signIn(xo), "list_backup_archives", { repository_id: "smb-ful" });
    expect(wrong.stderr).toContain("Did you mean smb-full?");
  });

  test("fails without the repositories, and says what it does not know without the rest", async () => {
    const { xo } = fixture;
    await xo.setFaults([{ match: { path: "/backup-repositories" }, status: 500 }]);
    expect(await tryCall(signIn(xo), "list_backup_archives")).toMatchObject({ exitCode: 1 });
    await xo.setFaults([{ match: { path: "/(?:vms|backup-jobs)" }, status: 500 }]);
    const answer = await list();
    expect(itemsOf(answer)[0]).not.toHaveProperty("vm_state");
    expect(itemsOf(answer)[0]).not.toHaveProperty("job_state");
    expect(warningsOf(answer)).toContain("Unknown here: whether the VMs still exist.");
  });

  test("tells the name that a VM has now, where its restore points have an older one", async () => {
    const { xo } = fixture;
    const [[uuid = "", [point]] = ["", []]] = [
      ...(xo.estate.archives.get(trap(xo.estate, "full-remote").id) ?? []),
    ];
    await xo.setFaults([
      { match: { path: "/vms" }, body: JSON.stringify([{ id: uuid, name_label: "new name" }]) },
    ]);
    const answer = await list({ vm_id: uuid });
    expect(itemsOf(answer).find(({ id }) => id === point?.id)).toMatchObject({
      vm: expect.not.stringContaining("new name"),
      renamed_to: "new name",
      vm_state: "present",
    });
  });

  test("says so when the account may not see all restore points", async () => {
    const { xo } = fixture;
    await xo.setFaults([
      { match: { path: "/acl-privileges" }, body: '[{"action":"read","resource":"vm"}]' },
    ]);
    const answer = await call(signIn(xo, "reader"), "list_backup_archives");
    expect(warningsOf(answer)).toContain(
      "restore points, backup repositories: this account may not see them",
    );
  });

  test("asks each repository once, and for no address of one", async () => {
    const { xo } = fixture;
    await xo.clearRequests();
    await list();
    const paths = (await xo.requests()).map(({ path }) => decodeURIComponent(path));
    expect(new Set(paths).size).toBe(paths.length);
    expect(paths.filter((path) => /url|options|\*/.test(path))).toEqual([]);
  });
});

describe("after somebody has looked at one VM", () => {
  const seen = useXo();

  test("one VM's restore points are not taken for all, in the minute in which XO lists no others", async () => {
    const { xo } = seen;
    const { url, estate } = xo;
    const [own, other] = [...(estate.archives.get(trap(estate, "reachable-remote").id) ?? [])];
    const cookie = `authenticationToken=${xo.account("admin").token}`;
    const looked = await fetch(`${url}/rest/v0/vms/${own?.[0]}/dashboard`, { headers: { cookie } });
    expect(looked.status).toBe(200);
    await looked.text();

    const answer = await call(signIn(xo), "list_backup_archives", { repository_id: "nfs-main" });
    expect(answer).toMatchObject({ total: own?.[1].length });
    expect(warningsOf(answer)).toContain("one VM's restore points only; runs were good for");
    expect(itemsOf(answer, "repositories")).toMatchObject([{ doubtful: expect.any(String) }]);

    const hidden = { repository_id: "nfs-main", vm_id: other?.[0] };
    const none = await call(signIn(xo), "list_backup_archives", hidden);
    expect(none).toMatchObject({ total: 0 });
    expect(warningsOf(none)).toContain("or listed one VM alone");
    const shown = await call(signIn(xo), "list_backup_archives", { ...hidden, vm_id: own?.[0] });
    expect(warningsOf(shown)).not.toContain("runs were good for");
  });
});
