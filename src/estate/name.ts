import { quoted, say, type Sentence, together } from "../sentence.ts";
import { cleanText } from "../untrusted.ts";

/** A text that stands for an object: its name, or its id where nobody could read the name. */
export function nameOf({ id, name_label }: { id: string; name_label: string }): string {
  return cleanText(name_label).trim() === "" ? id : name_label;
}

/** How a sentence names an object: an id alone would not say that the name is empty. */
export function saidName(object: { id: string; name_label: string }, maxChars = 80): Sentence {
  const name = nameOf(object);
  return name === object.id ? say`(no name) ${quoted(object.id)}` : quoted(name, maxChars);
}

/** The first of some names in a sentence, with a count of the others. */
export function firstOf(names: readonly Sentence[], most = 5): Sentence {
  const more = names.length > most ? say` and ${names.length - most} more` : "";
  return say`${together(names.slice(0, most), ", ")}${more}`;
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
