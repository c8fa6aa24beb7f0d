import { dirname } from "node:path";
import { expect, test } from "bun:test";
import { catalog } from "../src/catalog.ts";
import { binary, run, signIn, useXo } from "./harness.ts";

const fixture = useXo();

test.each(catalog.map(({ name }) => [name]))(
  "the examples of %s do what they say",
  async (tool) => {
    const { stdout: help } = await run(["call", tool, "--help"]);
    const lines = help.match(/(?<=^ {2})xo-mcp call .*$/gm) ?? [];
    expect(lines).not.toEqual([]);
    for (const line of lines) {
      // As one would paste it, so that the shell's own reading of it counts too.
      const child = Bun.spawn(["/bin/sh", "-c", line], {
        env: { ...signIn(fixture.xo), PATH: dirname(binary) },
        stdout: "pipe",
        stderr: "pipe",
      });
      const [stdout, stderr] = await Promise.all([child.stdout.text(), child.stderr.text()]);
      expect({ line, stderr, exitCode: await child.exited }).toMatchObject({ exitCode: 0 });
      expect(stdout).not.toBe("");
    }
  },
);
