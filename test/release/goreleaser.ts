/**
 * Builds the real GoReleaser with Go, lets it check .goreleaser.yaml and make a snapshot release in
 * dist/release, and looks at what came out. Not part of `bun test`, for it needs Go and minutes.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pkg from "../../package.json";

/** The newest that Go 1.26 builds from what the public module proxy serves. */
const goreleaserVersion = "v2.16.0";

const root = join(import.meta.dir, "../..");
const release = join(root, "dist/release");
const scratch = await mkdtemp(join(tmpdir(), "goreleaser-"));

/** Runs a command in the repository and throws if it fails. */
async function run(command: string[], env: Record<string, string> = {}): Promise<void> {
  console.log(`$ ${command.join(" ")}`);
  // GoReleaser finds `bun` on the PATH; the one installed here is the pinned one.
  const PATH = `${join(root, "node_modules/.bin")}:${process.env["PATH"] ?? ""}`;
  const child = Bun.spawn(command, {
    cwd: root,
    env: { ...process.env, PATH, ...env },
    stdio: ["ignore", "inherit", "inherit"],
  });
  if ((await child.exited) !== 0) throw new Error(`${command[0]} exited with ${child.exitCode}`);
}

function expectThat(holds: boolean, what: string): void {
  if (!holds) throw new Error(`not so: ${what}`);
  console.log(`ok: ${what}`);
}

/** The files of a tar.gz, or of a zip, whose directory holds the names uncompressed. */
async function hasFiles(path: string, names: string[]): Promise<boolean> {
  const bytes = await Bun.file(path).bytes();
  if (path.endsWith(".zip")) {
    const directory = Buffer.from(bytes.subarray(-1000)).toString("latin1");
    return names.every((name) => directory.includes(name));
  }
  const files = await new Bun.Archive(bytes).files();
  return files.size === names.length && names.every((name) => files.has(name));
}

try {
  await run(["go", "install", `github.com/goreleaser/goreleaser/v2@${goreleaserVersion}`], {
    GOBIN: scratch,
    CGO_ENABLED: "0",
  });
  const goreleaser = join(scratch, "goreleaser");
  await run([goreleaser, "check"]);
  await run([goreleaser, "release", "--snapshot", "--clean"]);

  const { version }: { version: string } = await Bun.file(join(release, "metadata.json")).json();
  const checksums = await Bun.file(join(release, `xo-mcp-${version}-checksums.txt`)).text();
  const platforms = [
    "linux-x64",
    "linux-x64-musl",
    "linux-arm64",
    "linux-arm64-musl",
    "darwin-x64",
    "darwin-arm64",
    "windows-x64",
    "windows-arm64",
  ];
  for (const platform of platforms) {
    const windows = platform.startsWith("windows");
    const name = `xo-mcp-${version}-${platform}.${windows ? "zip" : "tar.gz"}`;
    const path = join(release, name);
    const binary = windows ? "xo-mcp.exe" : "xo-mcp";
    expectThat(await hasFiles(path, [binary, "README.md", "LICENSE"]), `${name} is whole`);
    const sum = new Bun.CryptoHasher("sha256").update(await Bun.file(path).bytes()).digest("hex");
    expectThat(checksums.includes(`${sum}  ${name}\n`), `${name} has its checksum`);
  }
  expectThat(checksums.trim().split("\n").length === platforms.length, "no other checksums");

  const archive = join(release, `xo-mcp-${version}-linux-x64.tar.gz`);
  if (process.platform === "linux" && process.arch === "x64") {
    await new Bun.Archive(await Bun.file(archive).bytes()).extract(scratch);
    const binary = Bun.spawnSync([join(scratch, "xo-mcp"), "--version"]);
    const answer = binary.stdout.toString().trim();
    expectThat(
      binary.success && answer.includes(pkg.version) && answer.includes("bun-linux-x64"),
      `the packed binary answers --version: ${answer}`,
    );
  } else {
    console.log("skipped: only linux-x64 can run its packed binary here");
  }
} finally {
  await rm(scratch, { recursive: true, force: true });
}
