import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pkg from "../../package.json";

const root = join(import.meta.dir, "../..");
const binary = process.platform === "win32" ? "xo-mcp.exe" : "xo-mcp";
let folder = "";
/** A working directory that tries to get its own code run. */
let hostile = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "xo-mcp-build-"));
  expect(build(["--outfile", join(folder, "one", binary), "src/main.ts"]).exitCode).toBe(0);
  hostile = join(folder, "hostile");
  await Bun.write(join(hostile, "bunfig.toml"), 'preload = ["./preload.ts"]\n');
  await Bun.write(join(hostile, "preload.ts"), 'console.log("preloaded"); process.exit(9);\n');
  await Bun.write(join(hostile, ".env"), "BUN_OPTIONS=--preload=./preload.ts\n");
}, 60_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function build(args: string[], env: Record<string, string> = {}) {
  return Bun.spawnSync([process.execPath, join(root, "build.ts"), ...args], {
    cwd: folder,
    env: { ...process.env, XO_MCP_COMMIT: "0123456789", ...env },
  });
}

/** `--version` from a folder and an environment of the test's making. */
function versionIn(cwd: string, env: Record<string, string> = {}) {
  return Bun.spawnSync([join(folder, "one", binary), "--version"], { cwd, env });
}

test("a build leaves one file", async () => {
  expect(await readdir(join(folder, "one"))).toEqual([binary]);
});

test("the version is stamped in", () => {
  const answer = versionIn(folder).stdout.toString();
  expect(answer).toContain(pkg.version);
  expect(answer).toContain("0123456789");
  expect(answer).toMatch(/bun-(linux|darwin|windows)-(x64|arm64)/);
});

test("the same tree gives the same bytes, whatever the file's name and the environment", async () => {
  const again = join(folder, "two", "another-name");
  expect(build(["--outfile", again], { NODE_ENV: "development" }).exitCode).toBe(0);
  const sum = async (path: string) => Bun.SHA256.hash(await Bun.file(path).bytes(), "hex");
  expect(await sum(again)).toBe(await sum(join(folder, "one", binary)));
}, 60_000);

test("nothing in the working directory changes the program", () => {
  expect(versionIn(hostile).stdout.toString()).toBe(versionIn(folder).stdout.toString());
});

test("it does not start with code that the environment brings", () => {
  const { exitCode, stdout } = versionIn(hostile, { BUN_OPTIONS: "--preload ./preload.ts" });
  expect(exitCode).toBe(1);
  expect(stdout.toString()).toBe("");
  expect(versionIn(hostile, { BUN_INSPECT: "1" }).exitCode).toBe(1);
});

test.each([
  [["--nope"], "Unknown option '--nope'"],
  [["src/other.ts"], 'unexpected argument "src/other.ts"'],
  [["--target", "bun-plan9-x64"], 'unknown target "bun-plan9-x64"'],
  [["--all", "--outfile", "x"], "--all takes neither"],
])("%p is refused", (args, message) => {
  const { exitCode, stderr } = build(args);
  expect(exitCode).toBe(2);
  expect(stderr.toString()).toContain(message);
});
