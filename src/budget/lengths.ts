/** Characters of a value as JSON. */
export function sizeOf(value: unknown): number {
  return JSON.stringify(value)?.length ?? 0;
}

/** How many of the first items have room as they are. */
export function fitting(items: readonly unknown[], room: number): number {
  return countWithin(items, room, (item) => sizeOf(item) + 1);
}

/**
 * How many of the first have room.
 * @param size of one of them; no more are asked for than have room
 */
export function countWithin<T>(
  items: readonly T[],
  room: number,
  size: (item: T, at: number) => number,
): number {
  let left = room;
  const first = items.findIndex((item, at) => {
    left -= size(item, at);
    return left < 0;
  });
  return first === -1 ? items.length : first;
}

/** The length to which the longest are brought down so that all have room. */
export function commonLength(sizes: readonly number[], room: number): number {
  let left = room;
  for (const [at, size] of sizes.toSorted((a, b) => a - b).entries()) {
    const share = Math.floor(left / (sizes.length - at));
    if (size > share) return share;
    left -= size;
  }
  return Number.POSITIVE_INFINITY;
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
