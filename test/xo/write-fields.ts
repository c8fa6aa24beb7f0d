/**
 * Writes src/xo/filter/fields.json: the fields of each collection and of what kind each is, as the
 * OpenAPI file of the test XO's REST API tells. Run it after that package has a new version:
 *
 *     bun test/xo/write-fields.ts
 */
import * as z from "zod";
import { collections } from "../../src/xo/routes.ts";

interface Schema {
  $ref?: string | undefined;
  type?: string | undefined;
  nullable?: boolean | undefined;
  properties?: Record<string, Schema> | undefined;
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
  paths: z.record(
    z.string(),
    z.object({ get: z.object({ responses: z.record(z.string(), z.unknown()) }).optional() }),
  ),
  components: z.object({ schemas: z.record(z.string(), Schema) }),
});

const source = `${import.meta.dir}/node_modules/@xen-orchestra/rest-api/open-api/spec/swagger.json`;
const document = Document.parse(await Bun.file(source).json());

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
  /^(?:time|start|end|notAfter|updatedAt|abortionRequestedAt|\w*(?:Time|_time|expiry))$/;
const ownTimes = new Set(["backup-logs", "restore-logs", "tasks", "proxies"]);

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

/**
 * What stands in a record, by its dotted name: its kinds with | between them, and ? behind them if
 * it may be missing or null.
 */
function fieldsIn(records: readonly Schema[], collection: string, before = ""): [string, string][] {
  const maps = records.filter(({ properties }) => properties !== undefined);
  const names = new Set(maps.flatMap(({ properties }) => Object.keys(properties ?? {})));
  // A key without a name stands for any: the ids of schedules in a job's settings.
  if (names.has("")) return [];
  return [...names].toSorted().flatMap((name): [string, string][] => {
    const schemas = maps.flatMap(({ properties }) => properties?.[name] ?? []);
    const found = schemas.flatMap(alternatives);
    const told = new Set(found.flatMap(({ type }) => kinds.get(type ?? "") ?? []));
    // A field of which nothing is told may be anything.
    if (told.size === 0 || schemas.some((schema) => alternatives(schema).length === 0)) return [];
    if (told.has("number") && times.test(name)) {
      told.delete("number");
      told.add(ownTimes.has(collection) ? "milliseconds" : "seconds");
    }
    const always = maps.every(({ required, properties }) =>
      Boolean(required?.includes(name) && properties?.[name] !== undefined),
    );
    const missing = !always || found.some(({ nullable }) => nullable === true);
    const dotted = before + name;
    const open = found.some(
      ({ type, properties }) => type === "object" && properties === undefined,
    );
    return [
      [dotted, [...told].toSorted().join("|") + (missing ? "?" : "")],
      ...(open ? [] : fieldsIn(found, collection, `${dotted}.`)),
    ];
  });
}

function recordOf(collection: string): Schema[] {
  const answer = document.paths[`/${collection}/{id}`]?.get?.responses["200"];
  return alternatives(Answer.parse(answer).content["application/json"].schema);
}

/** The text of the data file. */
export function fieldsFile(): string {
  const all = collections.map((collection) => [
    collection,
    Object.fromEntries(fieldsIn(recordOf(collection), collection)),
  ]);
  return `${JSON.stringify(Object.fromEntries(all), undefined, 2)}\n`;
}

if (import.meta.main) {
  await Bun.write(`${import.meta.dir}/../../src/xo/filter/fields.json`, fieldsFile());
}
