/** A figure of all items together; where it is not told, it adds nothing. */
export function sumOf<T>(
  items: readonly T[],
  figure: (item: T) => number | null | undefined,
): number {
  return items.reduce((total, item) => total + (figure(item) ?? 0), 0);
}
