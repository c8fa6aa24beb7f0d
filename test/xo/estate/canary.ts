import { hash } from "./random.ts";

/**
 * A made-up secret, one for each place where a real XO keeps one. Tests look for `CANARY` in what
 * the program says; finding one is a leak, and its name says from where.
 */
export function canary(name: string): string {
  return `CANARY-${name}-${hash(`canary/${name}`).slice(0, 8)}`;
}
