import { cleanText, oneLine } from "../untrusted.ts";

/** A text that stands for an object: its name, or its id where nobody could read the name. */
export function nameOf({ id, name_label }: { id: string; name_label: string }): string {
  return cleanText(name_label).trim() === "" ? id : name_label;
}

/** How a sentence names an object: an id alone would not say that the name is empty. */
export function saidName(object: { id: string; name_label: string }, maxChars = 80): string {
  const name = nameOf(object);
  return name === object.id ? `(no name) ${object.id}` : oneLine(name, maxChars);
}

/** The first of some names in a sentence, with a count of the others. */
export function firstOf(names: readonly string[], most = 5): string {
  const more = names.length > most ? ` and ${names.length - most} more` : "";
  return `${names.slice(0, most).join(", ")}${more}`;
}

/** The text that stands for each, by id. */
export function namesById(
  objects: readonly { id: string; name_label: string }[],
): Map<string, string> {
  return new Map(objects.map((object) => [object.id, nameOf(object)]));
}

/** The text that stands for one among many; its id where it is not among them, nothing where there is no id. */
export function nameAmong(
  objects: ReadonlyMap<string, { id: string; name_label: string }>,
  id: string | null | undefined,
): string | undefined {
  const object = objects.get(id ?? "");
  return object === undefined ? (id ?? undefined) : nameOf(object);
}
