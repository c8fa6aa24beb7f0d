/**
 * Compiles src/main.ts into one executable, with the version stamped in. The one place of build
 * options: GoReleaser builds through this file too.
 */
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { dirname, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import pkg from "./package.json";

const targets = [
  "bun-linux-x64",
  "bun-linux-x64-musl",
  "bun-linux-arm64",
  "bun-linux-arm64-musl",
  "bun-darwin-x64",
  "bun-darwin-arm64",
  "bun-windows-x64",
  "bun-windows-arm64",
] as const satisfies readonly Bun.Build.CompileTarget[];

type Target = (typeof targets)[number];

const usage = `usage: bun build.ts                                       dist/xo-mcp for this machine
       bun build.ts --target TARGET [--outfile PATH]   dist/xo-mcp-<target>, or PATH
       bun build.ts --all                              every target
targets: ${targets.join(", ")}`;

const root = import.meta.dir;
const entry = "src/main.ts";

/** Threads are programs of their own, which nothing imports. */
const program = [entry, "src/sqlite/watchdog.ts"];

/** Everything that decides what the binary does; paths from here. */
const sources = ["src/**/*", "build.ts", "package.json", "bun.lock", "tsconfig.json"];

/** What dist/xo-mcp was built from, beside it: a test refuses a binary of other sources. */
export const builtFrom = join(root, "dist/xo-mcp.sources");

/** One word for all sources as they are now; reading them takes some milliseconds. */
export function hashOfSources(): string {
  const hash = new Bun.CryptoHasher("sha256");
  for (const pattern of sources) {
    for (const name of [...new Bun.Glob(pattern).scanSync(root)].toSorted()) {
      hash.update(`${name}\n`).update(readFileSync(join(root, name)));
    }
  }
  return hash.digest("hex");
}

/** Ends the build with a message: 2 for a wrong command line, 1 for anything else. */
function fail(message: string, code: 1 | 2 = 1): never {
  console.error(`build.ts: ${message}`);
  process.exit(code);
}

function readFlags() {
  try {
    return parseArgs({
      options: {
        target: { type: "string" },
        outfile: { type: "string" },
        all: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
      allowPositionals: true,
    });
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : String(error)}\n${usage}`, 2);
  }
}

function asTarget(name: string): Target {
  return targets.find((target) => target === name) ?? fail(`unknown target "${name}"\n${usage}`, 2);
}

/** The target that this Bun itself runs on. Only a Bun built for glibc reports a glibc version. */
export function hostTarget(): Target {
  const os = process.platform === "win32" ? "windows" : process.platform;
  const musl =
    os === "linux" && !JSON.stringify(process.report?.getReport()).includes("glibcVersion");
  return asTarget(`bun-${os}-${process.arch}${musl ? "-musl" : ""}`);
}

/**
 * The commit stamped into the binary. XO_MCP_COMMIT is for source trees without git. No time
 * stamp: the same tree must give the same bytes.
 */
function commit(): string {
  const given = process.env["XO_MCP_COMMIT"];
  if (given) return given;
  // Without its own .git this may be a tarball unpacked in somebody else's repository.
  if (!existsSync(join(root, ".git")) || !Bun.which("git")) return "unknown";
  const git = Bun.spawnSync(
    ["git", "describe", "--always", "--dirty", "--abbrev=10", "--exclude=*"],
    { cwd: root },
  );
  return git.success ? git.stdout.toString().trim() : "unknown";
}

/**
 * Compiles one target to `outfile`.
 * @param entrypoints of the program, from here; a bench compiles another with the same options
 */
export async function compile(
  target: Target,
  outfile: string,
  entrypoints: readonly string[] = program,
): Promise<void> {
  await mkdir(dirname(outfile), { recursive: true });
  // A folder of its own beside the result. The file name goes into the bytes, so it is always
  // the same; the chunks' .map files, whose content is embedded anyway, vanish with the folder;
  // and the old binary stays in place until the new one is whole.
  const scratch = await mkdtemp(join(dirname(outfile), ".build-"));
  try {
    const made = join(scratch, target.startsWith("bun-windows") ? "xo-mcp.exe" : "xo-mcp");
    await Bun.build({
      entrypoints: entrypoints.map((file) => join(root, file)),
      root,
      target: "bun",
      // ESM, for with bytecode the default is CommonJS, which has no top-level await.
      format: "esm",
      splitting: true,
      bytecode: true,
      // Names stay as they are: they cost little and keep stack traces readable.
      minify: { whitespace: true, syntax: true, identifiers: false },
      sourcemap: "linked",
      // Nothing of the building machine's environment gets in.
      env: "disable",
      define: {
        "process.env.NODE_ENV": JSON.stringify("production"),
        XO_MCP_VERSION: JSON.stringify(pkg.version),
        XO_MCP_COMMIT: JSON.stringify(commit()),
        XO_MCP_TARGET: JSON.stringify(target),
      },
      compile: {
        target,
        outfile: made,
        // The start is too short for the JIT to pay off; `serve` sets the policy back.
        jitPolicy: 8,
        // Whatever lies in the working directory must not change the program: by default a .env
        // could point it at another server and a bunfig.toml could run code in it.
        autoloadDotenv: false,
        autoloadBunfig: false,
        autoloadTsconfig: false,
        autoloadPackageJson: false,
        // With this it also refuses to start under BUN_OPTIONS=--preload and BUN_INSPECT.
        execArgv: ["--disallow-code-generation-from-strings=strict"],
      },
    });
    await rename(made, outfile);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Compiles the program and says what it made. */
async function make(target: Target, outfile: string): Promise<void> {
  const started = performance.now();
  await compile(target, outfile);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const size = (Bun.file(outfile).size / 1e6).toFixed(1);
  console.log(`${relative(root, outfile)}  ${target}  ${size} MB  ${seconds} s`);
}

/** dist/xo-mcp-linux-x64 for bun-linux-x64, with .exe on Windows. */
function defaultOutfile(target: Target): string {
  const suffix = target.startsWith("bun-windows") ? ".exe" : "";
  return join(root, "dist", `xo-mcp-${target.slice("bun-".length)}${suffix}`);
}

async function main(): Promise<void> {
  const { values: flags, positionals } = readFlags();
  if (flags.help) {
    console.log(usage);
    process.exit(0);
  }
  // GoReleaser ends its command line with the main file.
  if (positionals.some((argument) => argument !== entry)) {
    fail(`unexpected argument "${positionals.join(" ")}"\n${usage}`, 2);
  }
  if (flags.all && (flags.target !== undefined || flags.outfile !== undefined)) {
    fail(`--all takes neither --target nor --outfile\n${usage}`, 2);
  }
  if (Bun.version !== pkg.devDependencies.bun) {
    fail(
      `this is Bun ${Bun.version}, but the binary is built with exactly ${pkg.devDependencies.bun}, ` +
        `the version it is tested with. After "bun install" use: ./node_modules/.bin/bun build.ts`,
    );
  }

  const outfile = flags.outfile === undefined ? undefined : resolve(flags.outfile);
  // The bytes hold paths relative to the working directory.
  process.chdir(root);

  try {
    if (flags.all) {
      for (const target of targets) await make(target, defaultOutfile(target));
    } else if (flags.target !== undefined) {
      const target = asTarget(flags.target);
      await make(target, outfile ?? defaultOutfile(target));
    } else {
      const name = process.platform === "win32" ? "xo-mcp.exe" : "xo-mcp";
      // Before it, for what changes while it is compiled may have come too late.
      const hash = hashOfSources();
      await make(hostTarget(), outfile ?? join(root, "dist", name));
      if (outfile === undefined) await Bun.write(builtFrom, hash);
    }
  } catch (error) {
    // Bun.build throws an AggregateError, whose own message does not say what went wrong;
    // Bun.inspect shows the line of each of its parts.
    const reasons: unknown[] = error instanceof AggregateError ? error.errors : [error];
    fail(reasons.map((reason) => Bun.inspect(reason)).join("\n"));
  }
}

if (import.meta.main) await main();
