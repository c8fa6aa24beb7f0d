import { cleanText } from "../untrusted.ts";

/** A text that stands for an object: its name, or its id where nobody could read the name. */
export function nameOf({ id, name_label }: { id: string; name_label: string }): string {
  return cleanText(name_label).trim() === "" ? id : name_label;
}

/** The same of one among many; its id where it is not among them, nothing where there is no id. */
export function nameAmong(
  objects: ReadonlyMap<string, { id: string; name_label: string }>,
  id: string | null | undefined,
): string | undefined {
  const object = objects.get(id ?? "");
  return object === undefined ? (id ?? undefined) : nameOf(object);
}
