/**
 * Mixes a key into four 32-bit numbers. Ids are made from keys and not from a running generator, so
 * that a record keeps its id when something else is added to the estate.
 */
function lanes(key: string): [number, number, number, number] {
  let a = 0x243f6a88;
  let b = 0x85a308d3;
  let c = 0x13198a2e;
  let d = 0x03707344;
  for (let index = 0; index < key.length; index++) {
    const code = key.charCodeAt(index);
    a = (Math.imul(a ^ code, 0x01000193) + d) | 0;
    b = (Math.imul(b ^ code, 0x85ebca6b) + a) | 0;
    c = (Math.imul(c ^ code, 0xc2b2ae35) + b) | 0;
    d = (Math.imul(d ^ code, 0x27d4eb2f) + (c >>> 7)) | 0;
  }
  a = avalanche(a ^ (c >>> 3));
  b = avalanche(b ^ a);
  c = avalanche(c ^ b);
  d = avalanche(d ^ c);
  return [a, b, c, d];
}

function avalanche(value: number): number {
  let mixed = value ^ (value >>> 16);
  mixed = Math.imul(mixed, 0x7feb352d);
  mixed ^= mixed >>> 15;
  mixed = Math.imul(mixed, 0x846ca68b);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function hex32(value: number): string {
  return (value >>> 0).toString(16).padStart(8, "0");
}

/** 32 hexadecimal digits that depend on the key alone. */
export function hash(key: string): string {
  return lanes(key).map(hex32).join("");
}

/** A UUID (version 4 in form) that depends on the key alone. */
export function uuidOf(key: string): string {
  const digits = hash(key);
  const variant = "89ab"[Number.parseInt(digits.slice(16, 17), 16) % 4];
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `4${digits.slice(13, 16)}`,
    `${variant}${digits.slice(17, 20)}`,
    digits.slice(20),
  ].join("-");
}

/** A locally administered MAC address that depends on the key alone. */
export function macOf(key: string): string {
  const digits = hash(key);
  const bytes = [2, 4, 6, 8].map((at) => digits.slice(at, at + 2));
  return ["02", "5e", ...bytes].join(":");
}

/** A small seeded generator: the same key gives the same numbers, on every machine. */
export class Random {
  #state: number;

  constructor(key: string) {
    this.#state = lanes(key)[0];
  }

  /** A number from 0 (included) to 1 (excluded). */
  next(): number {
    this.#state = (this.#state + 0x9e3779b9) >>> 0;
    return avalanche(this.#state) / 0x1_0000_0000;
  }

  /** A whole number, both ends included. */
  int(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly T[]): T {
    const item = list[Math.floor(this.next() * list.length)];
    if (item === undefined) {
      throw new Error("nothing to pick from");
    }
    return item;
  }

  /** A copy in another order. */
  shuffle<T>(list: readonly T[]): T[] {
    return list
      .map((item) => ({ item, at: this.next() }))
      .sort((one, other) => one.at - other.at)
      .map(({ item }) => item);
  }
}
