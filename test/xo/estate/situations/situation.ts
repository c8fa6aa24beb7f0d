import type { Estate } from "../estate.ts";

/**
 * Changes a finished estate in place. It finds what it changes by a rule, never by a fixed id, so
 * that it works on any size; what it does, it may remember as a trap.
 */
export type Situation = (estate: Estate) => void;

/** Keeps the names of an area's situations for the type checker. */
export function situationsOf<Name extends string>(
  area: Record<Name, Situation>,
): Record<Name, Situation> {
  return area;
}
