import { expect, test } from "bun:test";

test("a binary of other sources is tested by nobody, and no golden file is written from it", async () => {
  const golden = "test/golden/instructions.txt";
  const script = `echo >> src/version.ts; echo held > ${golden}
    UPDATE=1 "$0" test test/golden.test.ts; echo "ended with $?" >&2; cat ${golden}`;
  const child = Bun.spawn(
    [process.execPath, `${import.meta.dir}/on-a-copy.ts`, "sh", "-c", script, process.execPath],
    { stdout: "pipe", stderr: "pipe" },
  );
  const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
  expect(stderr).toContain("Run: bun run build");
  expect(stderr).toContain("ended with 1");
  expect(stdout).toEndWith("held\n");
});
