/**
 * Runs a command on a copy of the repository and its binary, so that editing meanwhile changes no
 * result of it:
 *
 *     bun test/on-a-copy.ts bun test --parallel
 */
import { cpSync, symlinkSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(import.meta.dir, "..");
const copied = ["src", "test", "dist/xo-mcp", "dist/xo-mcp.sources", "build.ts", "package.json"];
const beside = ["bun.lock", "bunfig.toml", "tsconfig.json", ".goreleaser.yaml"];
const read = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "LICENSE"];

const copy = await mkdtemp(join(tmpdir(), "xo-mcp-tests-"));
try {
  for (const name of [...copied, ...beside, ...read]) {
    cpSync(join(root, name), join(copy, name), {
      recursive: true,
      filter: (path) => !path.endsWith("/node_modules"),
    });
  }
  for (const modules of ["node_modules", "test/xo/node_modules"]) {
    symlinkSync(join(root, modules), join(copy, modules));
  }
  // A golden file written here would be lost.
  const { UPDATE: _, ...env } = process.env;
  const child = Bun.spawn(process.argv.slice(2), {
    cwd: copy,
    env,
    stdio: ["inherit", "inherit", "inherit"],
  });
  process.exitCode = await child.exited;
} finally {
  await rm(copy, { recursive: true });
}
