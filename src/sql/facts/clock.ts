import { fact } from "../fact.ts";

/** The moment of the call, in Unix milliseconds. */
export const clock = fact([], async ({ now }) => now);
