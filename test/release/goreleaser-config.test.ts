import { expect, test } from "bun:test";
import { join } from "node:path";
import { type Schema, Validator } from "@cfworker/json-schema";
import { z } from "zod";

const root = join(import.meta.dir, "../..");
const parsed: unknown = Bun.YAML.parse(await Bun.file(join(root, ".goreleaser.yaml")).text());
const config = z
  .looseObject({
    dist: z.string(),
    before: z.object({ hooks: z.array(z.string()) }),
    builds: z.array(z.looseObject({ id: z.string(), targets: z.array(z.string()) })),
    archives: z.array(z.looseObject({ id: z.string(), files: z.array(z.unknown()) })),
  })
  .parse(parsed);

// The validator stumbles over an $id within another, which are the aliases here; what they refer
// to stands at the root as well.
const text = await Bun.file(join(import.meta.dir, "goreleaser-schema.json")).text();
const schema: Schema = JSON.parse(text, (key, value: unknown) =>
  key === "$id" && String(value).endsWith("-alias") ? undefined : value,
);
const validator = new Validator(schema, "2020-12", false);

test("the configuration fits GoReleaser's schema", () => {
  expect(validator.validate(config).errors).toEqual([]);
});

test("the schema refuses what GoReleaser would refuse", () => {
  const wrong = [
    { archive: [] },
    { dist: 1 },
    { builds: [{ taget: ["bun-linux-x64"] }] },
    { archives: [{ files: [{ src: "LICENSE", info: { mod: 0o644 } }] }] },
  ];
  for (const part of wrong) {
    expect(validator.validate({ ...config, ...part }).valid).toBe(false);
  }
});

test("every target of build.ts is released, and no other", () => {
  const help = Bun.spawnSync([process.execPath, "build.ts", "--help"], { cwd: root });
  const known = help.stdout.toString().match(/bun-[a-z]+-(x64|arm64)(-musl)?/g) ?? [];
  const hooked = config.before.hooks.flatMap((hook) => hook.match(/(?<=--target )\S+/g) ?? []);
  const released = [...config.builds.flatMap((build) => build.targets), ...hooked];
  expect(known.length).toBe(8);
  expect(released.toSorted()).toEqual(known.toSorted());
});

test("every build goes through build.ts and every archive has README and LICENSE", () => {
  for (const build of config.builds) {
    expect(build).toMatchObject({
      builder: "bun",
      tool: "bun",
      command: "run",
      flags: ["build.ts"],
      main: "src/main.ts",
    });
  }
  for (const archive of config.archives) {
    expect(archive.files).toContainEqual(expect.objectContaining({ src: "README.md" }));
    expect(archive.files).toContainEqual(expect.objectContaining({ src: "LICENSE" }));
  }
});

test("its --clean wipes only a folder of its own", () => {
  expect(config.dist).toBe("dist/release");
});
