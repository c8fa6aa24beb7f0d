import type { Context } from "../tool.ts";
import type { Seen } from "../sight/nouns.ts";

/** Something that columns look up beside their own record, read at most once a call. */
export interface Fact<T> {
  /** What it reads: an account that sees too little of these gets a warning. */
  readonly needs: readonly Seen[];
  in(context: Context): Promise<T>;
}

export function fact<T>(needs: readonly Seen[], read: (context: Context) => Promise<T>): Fact<T> {
  const known = new WeakMap<Context, Promise<T>>();
  return {
    needs,
    in(context) {
      const reading = known.get(context) ?? read(context);
      known.set(context, reading);
      return reading;
    },
  };
}

/** Two facts as one. */
export function both<A, B>(a: Fact<A>, b: Fact<B>): Fact<readonly [A, B]> {
  return fact([...new Set([...a.needs, ...b.needs])], (context) =>
    Promise.all([a.in(context), b.in(context)]),
  );
}
