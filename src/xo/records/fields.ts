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
