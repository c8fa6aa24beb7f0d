/** Several texts as one, each once, in an order of their own: where each counts, a table has them. */
export function listed(texts: Iterable<string | null | undefined> | null | undefined) {
  const found = [...new Set(texts ?? [])].flatMap((text) => text || []);
  return found.length === 0 ? undefined : found.toSorted().join(", ");
}
