import { parseJson } from "../../json.ts";

/** What may follow from one place: a text, a sign of structure, or a number or word. */
const token = /\s*("(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+)/y;

/**
 * The id in a message of which there is only a part: a text or a number that stands at its top,
 * whole. None where the part ends before it.
 */
export function idIn(part: string): string | number | undefined {
  let depth = 0;
  let before = "";
  let isId = false;
  token.lastIndex = 0;
  for (let match = token.exec(part); match !== null; match = token.exec(part)) {
    const [, text = ""] = match;
    // A number at the very end may go on.
    if (isId && token.lastIndex < part.length) return idOf(parseJson(text));
    if (text === "{" || text === "[") depth += 1;
    if (text === "}" || text === "]") depth -= 1;
    isId = depth === 1 && text === ":" && before === '"id"';
    before = text;
  }
  return undefined;
}

function idOf(value: unknown): string | number | undefined {
  return typeof value === "string" || typeof value === "number" ? value : undefined;
}
