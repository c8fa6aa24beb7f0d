/** Keys that would change what an object is, or what becomes of it in a text or a sum. */
const special = new Set(["__proto__", "toString", "valueOf"]);

/** Such a key, plain or with letters written as escapes. */
const maybeSpecial = /__proto__|toString|valueOf|\\u00[4-7]/i;

/**
 * The value of a JSON text, or nothing for a text that is none. What comes from outside is parsed here
 * and nowhere else: special keys are dropped at any depth. The reviver that does it makes parsing nine
 * times slower, so it runs only where the text may hold one.
 */
export function parseJson(text: string): unknown {
  try {
    return maybeSpecial.test(text) ? JSON.parse(text, withoutSpecial) : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function withoutSpecial(key: string, value: unknown): unknown {
  return special.has(key) ? undefined : value;
}

/** Levels of an answer: XO's own have ten at most, and what has thousands breaks whoever walks it. */
const deepest = 100;

/** Whether a value has more levels than any record of XO. */
export function isTooDeep(value: unknown, levels = deepest): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((inner) => isTooDeep(inner, levels - 1));
}
