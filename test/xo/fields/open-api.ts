import * as z from "zod";

/** The OpenAPI file of the test XO's REST API, as far as it tells what a record holds. */
interface Schema {
  $ref?: string | undefined;
  type?: string | undefined;
  nullable?: boolean | undefined;
  properties?: Record<string, Schema> | undefined;
  additionalProperties?: Schema | boolean | undefined;
  items?: Schema | undefined;
  required?: (string | null)[] | undefined;
  allOf?: Schema[] | undefined;
  anyOf?: Schema[] | undefined;
  oneOf?: Schema[] | undefined;
}

const Schema: z.ZodType<Schema> = z.lazy(() =>
  z.object({
    $ref: z.string().optional(),
    type: z.string().optional(),
    nullable: z.boolean().optional(),
    properties: z.record(z.string(), Schema).optional(),
    additionalProperties: z.union([z.boolean(), Schema]).optional(),
    items: Schema.optional(),
    required: z.array(z.string().nullable()).optional(),
    allOf: z.array(Schema).optional(),
    anyOf: z.array(Schema).optional(),
    oneOf: z.array(Schema).optional(),
  }),
);

const Answer = z.object({
  content: z.object({ "application/json": z.object({ schema: Schema }) }),
});
const Document = z.object({
  info: z.object({ version: z.string() }),
  paths: z.record(
    z.string(),
    z.object({ get: z.object({ responses: z.record(z.string(), z.unknown()) }).optional() }),
  ),
  components: z.object({ schemas: z.record(z.string(), Schema) }),
});

const source = `${import.meta.dir}/../node_modules/@xen-orchestra/rest-api/open-api/spec/swagger.json`;
const document = Document.parse(await Bun.file(source).json());

/** The version of the REST API. */
export const { version } = document.info;

const kinds = new Map([
  ["boolean", "flag"],
  ["string", "text"],
  ["number", "number"],
  ["integer", "number"],
  ["array", "list"],
  ["object", "map"],
]);

// XAPI's times are Unix seconds, and XO's own are milliseconds; the file calls both numbers.
const times =
  /^(?:time|timestamp|start|end|notAfter|updatedAt|abortionRequestedAt|\w*(?:Time|_time|expiry))$/;
const ownTimes = new Set(["backup-logs", "backup-repositories", "restore-logs", "tasks"]);

/** A schema as those that it may be, without references. */
function alternatives(schema: Schema): Schema[] {
  const { $ref, allOf, anyOf, oneOf, ...own } = schema;
  if ($ref !== undefined) {
    const target = document.components.schemas[$ref.replace("#/components/schemas/", "")];
    return target === undefined ? [] : alternatives(target);
  }
  const nullable = own.nullable === true;
  const inner = [...(anyOf ?? []), ...(oneOf ?? [])].flatMap(alternatives);
  // A text with a brand of TypeScript's is written as a text and an object in one.
  const parts = (allOf ?? []).flatMap(alternatives);
  const texts = parts.filter(({ type }) => type === "string");
  const whole = texts.length > 0 ? texts : parts;
  const found = [...inner, ...whole, ...(own.type === undefined ? [] : [own])];
  return nullable ? found.map((one) => ({ ...one, nullable })) : found;
}

function recordOf(collection: string): Schema[] {
  const answer = document.paths[`/${collection}/{id}`]?.get?.responses["200"];
  return alternatives(Answer.parse(answer).content["application/json"].schema);
}

/** What may stand at a dotted name, and the schemas above it. */
function at(collection: string, path: string): { found: Schema[]; above: Schema[] } {
  let above: Schema[] = [];
  let found = recordOf(collection);
  for (const name of path === "" ? [] : path.split(".")) {
    above = found;
    found = above.flatMap((schema) => below(schema, name)).flatMap(alternatives);
  }
  return { found, above };
}

function below({ properties, additionalProperties, items }: Schema, name: string): Schema[] {
  if (name !== "*") return [properties?.[name] ?? []].flat();
  // A key without a name stands for any: the ids of schedules in a job's settings.
  const any = [items, properties?.[""]].filter((schema) => schema !== undefined);
  return typeof additionalProperties === "object" ? [...any, additionalProperties] : any;
}

/** The names in a map, or in the records themselves, by the OpenAPI file. */
export function namesIn(collection: string, path: string): string[] {
  const { found } = at(collection, path);
  const names = found.flatMap(({ properties }) => Object.keys(properties ?? {}));
  return [...new Set(names)].filter((name) => name !== "");
}

/** Whether there are only texts, numbers and flags at a name. */
export function isScalar(collection: string, path: string): boolean {
  return at(collection, path).found.every(({ type }) => type !== "object" && type !== "array");
}

/** Its kinds with | between them, and ? behind them if it may be missing or null; nothing if not told. */
export function kindAt(collection: string, path: string): string | undefined {
  const { found, above } = at(collection, path);
  const name = path.slice(path.lastIndexOf(".") + 1);
  const told = new Set(found.flatMap(({ type }) => kinds.get(type ?? "") ?? []));
  if (told.size === 0) return undefined;
  if (told.has("number") && times.test(name)) {
    told.delete("number");
    told.add(ownTimes.has(collection) ? "milliseconds" : "seconds");
  }
  const maps = above.filter(({ properties }) => properties !== undefined);
  const always = maps.every(({ required, properties }) =>
    Boolean(required?.includes(name) && properties?.[name] !== undefined),
  );
  const missing = name !== "*" && (!always || found.some(({ nullable }) => nullable === true));
  return [...told].toSorted().join("|") + (missing ? "?" : "");
}

/** A record with everything that the OpenAPI file knows of one: one entry a list, one key a free map. */
export function madeRecord(collection: string): Record<string, unknown> {
  return madeMap(recordOf(collection), 0);
}

function madeMap(schemas: readonly Schema[], depth: number): Record<string, unknown> {
  const known = schemas.flatMap(({ properties }) => Object.entries(properties ?? {}));
  const byName = Map.groupBy(known, ([name]) => name);
  const entries = [...byName].map(([name, same]): [string, unknown] => [
    name,
    madeValue(
      same.flatMap(([, schema]) => alternatives(schema)),
      depth + 1,
    ),
  ]);
  // A map of which nothing is told may hold anything.
  return Object.fromEntries(entries.length === 0 ? [["any", "text"]] : entries);
}

function madeValue(schemas: readonly Schema[], depth: number): unknown {
  const types = new Set(schemas.map(({ type }) => type));
  const items = schemas.flatMap((schema) => schema.items ?? []);
  if (depth < 5 && types.has("object")) return madeMap(schemas, depth);
  if (types.has("array"))
    return depth < 5 ? [madeValue(items.flatMap(alternatives), depth + 1)] : [];
  if (types.has("number") || types.has("integer")) return 7;
  if (types.has("boolean") && types.size === 1) return true;
  return types.size === 0 ? { any: "text" } : "text";
}
