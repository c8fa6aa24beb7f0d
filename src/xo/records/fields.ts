import * as z from "zod";

/**
 * The `fields=` of a record: its keys, and for nested objects the dotted keys inside, so that what
 * is asked is what is checked. XO's projection follows dots.
 */
export function fieldsOf(record: z.ZodObject): string[] {
  return Object.entries(record.shape).flatMap(([key, type]) => {
    const inner = bare(type);
    return inner instanceof z.ZodObject ? fieldsOf(inner).map((field) => `${key}.${field}`) : [key];
  });
}

/** The type under what only says that a value may be absent. */
function bare(type: unknown): unknown {
  if (
    type instanceof z.ZodOptional ||
    type instanceof z.ZodNullable ||
    type instanceof z.ZodDefault ||
    type instanceof z.ZodCatch
  ) {
    return bare(type.unwrap());
  }
  return type;
}

/** The record with these of its keys alone; `id` always stays. */
export function picked(record: z.ZodObject, keys: Iterable<string>): z.ZodObject {
  const wanted = new Set([...keys, "id"]);
  return z.object(
    Object.fromEntries(Object.entries(record.shape).filter(([key]) => wanted.has(key))),
  );
}

/** From so many records on, the time that it takes to compile a parser is saved with it. */
const worthCompiling = 400;

const compiled = new WeakMap<z.ZodObject, z.ZodObject>();

/** A parser as fast as one written by hand, made once for each record that is looked at whole. */
function compiledFor(record: z.ZodObject): z.ZodObject {
  const known = compiled.get(record);
  if (known !== undefined) return known;
  const parser = z.compile(record);
  compiled.set(record, parser);
  return parser;
}

/**
 * The rows that are records, parsed.
 * @param only the keys that are looked at, in a fraction of the time; the others are absent, as XO may
 * leave them out too, and whoever names keys reads no others
 */
export function parseRows<R extends z.ZodObject>(
  record: R,
  rows: readonly unknown[],
  only?: Iterable<string>,
): z.output<R>[] {
  const part = only === undefined ? record : picked(record, only);
  const parser = rows.length < worthCompiling ? part : compiledFor(part);
  const isRecord = (data: unknown): data is z.output<R> => data !== undefined;
  return rows.map((row) => parser.safeParse(row).data).filter(isRecord);
}
