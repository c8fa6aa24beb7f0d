import { namedCollections, readSubjects } from "../../estate/subjects.ts";
import { fact } from "../fact.ts";

/** What events are about, as far as it has a name, by id. */
export const subjects = fact(namedCollections, async (context) => {
  const found = await readSubjects(context);
  return new Map(found.map((subject) => [subject.id, subject]));
});
