import { RestCollection } from "./rest-collection.ts";

/** Every collection by its name in a URL, in the order of their names: one file each in `collections`. */
export const restCollections: ReadonlyMap<string, RestCollection["told"]> = new Map(
  await Promise.all(
    [...new Bun.Glob("*.ts").scanSync(`${import.meta.dir}/collections`)].toSorted().map(load),
  ),
);

async function load(file: string): Promise<[name: string, told: RestCollection["told"]]> {
  const module: { default?: unknown } = await import(`./collections/${file}`);
  if (!(module.default instanceof RestCollection)) {
    throw new Error(`test/xo/collections/${file} has no RestCollection as its default export`);
  }
  return [file.replace(/\.ts$/, ""), module.default.told];
}
