import { describe, expect, test } from "bun:test";
import { failureOf, repositoryProblem } from "../src/backup/failure.ts";
import { classify, type FailureClass, hints } from "../src/backup/failure-class.ts";
import { saidInOneLine } from "../src/xo/said.ts";
import { FAILURES, vmTask } from "./xo/estate/run-tasks.ts";
import { generateEstate } from "./xo/estate/generate.ts";
import { ofType } from "./xo/estate/records.ts";

const [vm] = ofType(generateEstate({ size: "small", now: Date.now(), vms: 3, hosts: 1 }), "VM");

describe("a failure", () => {
  test.each([...FAILURES])("of the estate is classed as %s", (kind) => {
    if (vm === undefined) throw new Error("no VM");
    const step = vmTask(vm, 0, kind, kind);
    const failure = failureOf(step, () => "nfs-main");
    expect(failure.class).toBe(kind);
    expect(failure.reason).not.toContain("\n");
    expect(failure.reason).not.toContain("CANARY");
  });

  test.each<[string, FailureClass]>([
    ["ENOSPC: no space left on device, write", "storage-full"],
    ["SR_BACKEND_FAILURE_44(, There is insufficient space, )", "storage-full"],
    ["EACCES: permission denied, open '/x'", "access-denied"],
    ["ESTALE: stale NFS file handle", "repository-unreachable"],
    ["couldn't instantiate any remote", "repository-unreachable"],
    ["Lock file is already being held", "busy"],
    ["the job (3f) is already running", "busy"],
    ["HTTP connection has timed out", "timeout"],
    ["no XAPI associated to 3f", "object-gone"],
    ["VDI_IO_ERROR(Device I/O errors)", "disk-unreadable"],
    ["unhealthy VDI chain", "snapshot-refused"],
    ["Expected values to be strictly equal:\n\n1 !== 2", "chain-broken"],
    ["no VMs match this pattern", "nothing-to-do"],
    ["connect ECONNREFUSED 192.0.2.1:443", "pool-unreachable"],
    ["something new", "other"],
  ])("that says %j is classed", (message, kind) => {
    expect(classify({ message })).toBe(kind);
    expect(Object.keys(hints)).toContain(kind);
  });

  test("without words is of the kind of its step", () => {
    expect(classify({ message: "MESSAGE_METHOD_UNKNOWN(Async.VM.x)" }, ["snapshot"])).toBe(
      "snapshot-refused",
    );
    expect(classify({ message: "read ECONNRESET" }, ["transfer"], { onRepository: true })).toBe(
      "repository-unreachable",
    );
  });

  test("is told by the deepest step, with the way there", () => {
    const result = { message: "ENOSPC: no space", code: "ENOSPC" };
    const step = {
      message: "backup VM",
      status: "failure",
      data: { id: "vm", type: "VM" },
      tasks: [
        { message: "snapshot", status: "success" },
        {
          message: "export",
          status: "failure",
          data: { id: "r1", type: "remote" },
          tasks: [
            { message: "clean-vm", status: "success" },
            { message: "transfer", status: "failure", result },
          ],
        },
      ],
    };
    expect(failureOf(step, (id) => (id === "r1" ? "nas" : undefined))).toEqual({
      class: "storage-full",
      reason: "export to nas > transfer: ENOSPC: no space",
    });
  });

  test("without any reason says so, and one of a stop that XO was stopped", () => {
    expect(failureOf({ status: "failure" }, () => undefined)).toEqual({
      class: "other",
      reason: "XO tells no reason",
    });
    const step = { status: "interrupted", tasks: [{ status: "interrupted", message: "export" }] };
    expect(failureOf(step, () => undefined)).toEqual({
      class: "interrupted",
      reason: "export: XO was stopped meanwhile",
    });
  });
});

describe("what XO says is shown", () => {
  test.each([
    ["two\nlines\u001b[31m", "two lines"],
    [
      "Command failed with exit code 32: mount -o username=bob,password=hunter2 //nas/share",
      "Command failed with exit code 32: mount …",
    ],
    ["mount error: password=hunter2 refused", "mount error: password=[secret] refused"],
    ['bad {"secretKey": "hunter2", "a": 1}', 'bad {"secretKey": [secret], "a": 1}'],
    [
      "GET https://bob:hunter2@s3.example/b?X-Amz-Signature=hunter2",
      "GET https://[secret]@s3.example/b?…",
    ],
    ["Authorization: Bearer hunter2hunter2", "Authorization: Bearer [secret]"],
    ["AKIAIOSFODNN7EXAMPLE is not known", "[secret] is not known"],
    [`digest ${"a1".repeat(32)} differs`, "digest … differs"],
    ["VM_BAD_POWER_STATE(OpaqueRef:1-2, halted)", "VM_BAD_POWER_STATE(an object, halted)"],
    ["Authorization: Basic abc failed", "Authorization: [secret] failed"],
    ["authorization: hunter2", "authorization: [secret]"],
    ["auth: {username: 'u', pass: 'hunter2'}", "auth: {username: [secret], pass: [secret]}"],
    ["cookie: a=b; sid=hunter2", "cookie: [secret]"],
    ["pwd=hunter2 refused", "pwd=[secret] refused"],
    [
      "open '/run/xo-server/mounts/e0c14e36-2915-4c21-9550-81af0c794527/x.vhd'",
      "open '/run/xo-server/mounts/e0c14e36-2915-4c21-9550-81af0c794527/x.vhd'",
    ],
  ])("%j as %j", (said, shown) => {
    expect(saidInOneLine(said)).toBe(shown);
  });

  test("in few words, however long it is", () => {
    expect(saidInOneLine("word ".repeat(1_000)).length).toBeLessThan(260);
  });

  test("of a repository: what the mount said, never its command line", () => {
    const error = {
      shortMessage: "Command failed with exit code 32: mount -o password=hunter2",
      command: "mount -o password=hunter2",
      stderr: "mount: unknown filesystem type 'nfs'.",
    };
    expect(repositoryProblem(error)).toBe("mount: unknown filesystem type 'nfs'");
    expect(repositoryProblem({ ...error, stderr: "" })).toBe("XO tells no reason");
    expect(repositoryProblem("no route to host")).toBe("no route to host");
    expect(repositoryProblem("")).toBeUndefined();
    expect(repositoryProblem(null)).toBeUndefined();
    expect(repositoryProblem(undefined)).toBeUndefined();
  });
});
