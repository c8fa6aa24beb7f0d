import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";

/**
 * Runs the tests at other times than now: `bun run test:clock`, or only some of it with
 * `bun test/clock.ts [part or moment …] [test file …]`.
 *
 * Debian's `faketime` shifts the clock of every program below this one. The tests start programs with
 * an emptied environment, so it is preloaded by `/etc/ld.so.preload`, in a mount namespace of its own
 * whose `/etc` is a copy: nothing of the system changes.
 */
const hours = Array.from({ length: 24 }, (_, hour) => `2026-12-02T${two(hour)}:07:00Z`);

const parts: Record<string, { moments: string[]; whole: boolean }> = {
  // What depends on the time, at each hour of a day that is nothing special.
  hours: { moments: hours, whole: false },
  // Everything, over a midnight that is also the end of a month and of a year.
  midnight: { moments: ["2026-12-31T23:59:30Z"], whole: true },
  // Everything, over the change to summer time in Paris, which is the nightly job's.
  summer: { moments: ["2027-03-28T00:59:30Z"], whole: true },
};

const [library] = [...new Bun.Glob("usr/lib/*/faketime/libfaketimeMT.so.1").scanSync("/")];
if (library === undefined) {
  console.error("faketime is missing. Get it with: apt-get update && apt-get install faketime");
  process.exit(1);
}

const given = process.argv.slice(2);
const named = given.filter((word) => word in parts || isMoment(word));
const files = given.filter((word) => !named.includes(word));
const etc = await mkdtemp(`${tmpdir()}/clock-`);
const failed: string[] = [];
try {
  // What this account may not read, the tests do not need.
  await Bun.$`cp -a /etc/. ${etc}`.quiet().nothrow();
  await Bun.write(`${etc}/ld.so.preload`, `/${library}\n`);
  for (const name of named.length === 0 ? Object.keys(parts) : named) {
    const { moments, whole } = parts[name] ?? { moments: [name], whole: false };
    const chosen = files.length > 0 ? files : whole ? [] : await timed();
    for (const moment of moments) {
      if (!(await holdsAt(moment, chosen))) failed.push(`${name} ${moment}`);
    }
  }
} finally {
  await rm(etc, { recursive: true });
}
if (failed.length > 0) {
  console.error(`It does not hold at:\n${failed.join("\n")}`);
  process.exit(1);
}

/** Runs test files, all of them when none is named, with a clock that starts at a moment. */
async function holdsAt(moment: string, chosen: readonly string[]): Promise<boolean> {
  const shift = Math.round((Date.parse(moment) - Date.now()) / 1000);
  await Bun.write(`${etc}/faketimerc`, `${shift < 0 ? "" : "+"}${shift}\n`);
  const tests = [process.execPath, "test", "--parallel", "--timeout", "60000", ...chosen];
  const inside = 'mount --bind "$1" /etc && shift && exec "$@"';
  const root = process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"];
  const child = Bun.spawn(
    ["unshare", ...root, "--mount", "sh", "-c", inside, "sh", etc, ...tests],
    { cwd: `${import.meta.dir}/..`, stdout: "pipe", stderr: "pipe" },
  );
  const [out, said] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  const lines = `${said}\n${out}`.split("\n");
  const counts = lines
    .filter((line) => /^ *\d+ (pass|fail)$/.test(line))
    .map((line) => line.trim());
  console.log(moment, counts.join(", "));
  if (child.exitCode !== 0) {
    console.log(lines.filter((line) => !line.startsWith("(pass)")).join("\n"));
  }
  return child.exitCode === 0;
}

/** The test files that look at the time. */
async function timed(): Promise<string[]> {
  const found: string[] = [];
  for await (const name of new Bun.Glob("**/*.test.ts").scan(import.meta.dir)) {
    if (name.includes("node_modules/")) continue;
    const text = await Bun.file(`${import.meta.dir}/${name}`).text();
    if (/new Date|Date\.now|xo\.now|\bnow \}|\bsince\b/.test(text)) found.push(`test/${name}`);
  }
  // Without a file all would run.
  if (found.length === 0) throw new Error("no test file looks at the time");
  return found.toSorted();
}

function isMoment(word: string): boolean {
  return /^\d{4}-\d\d-\d\dT/.test(word) && !Number.isNaN(Date.parse(word));
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
