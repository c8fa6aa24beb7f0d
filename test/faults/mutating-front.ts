import { Random } from "../xo/estate/random.ts";
import { mutated } from "./mutations.ts";

/** A server before the test XO that changes what it answers. */
export interface MutatingFront extends Disposable {
  readonly url: string;
  /** How many answers it has changed. */
  readonly count: number;
}

/** What the test XO answered, by what was asked: asked once for all fronts. */
export type Answers = Map<string, Promise<{ status: number; text: string }>>;

/**
 * Starts one. Which answers it changes, and how, depends on the seed, the path and how often that was
 * asked before, and not on the order in which different questions come.
 * @param share of the answers that are changed
 */
export function serveMutated(
  { seed, share, skip }: { seed: string; share: number; skip: RegExp },
  ask: (target: string, headers: Headers) => Promise<Response>,
  answers: Answers,
): MutatingFront {
  const asked = new Map<string, number>();
  let count = 0;
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      const times = asked.get(pathname) ?? 0;
      asked.set(pathname, times + 1);
      const target = pathname + search;
      const real = answers.get(target) ?? read(ask(target, request.headers));
      answers.set(target, real);
      const { status, text } = await real;
      const random = new Random(`${seed} ${pathname} ${times}`);
      if (status !== 200 || skip.test(pathname) || !random.chance(share)) {
        return new Response(text, { status, headers: { "content-type": "application/json" } });
      }
      count += 1;
      const { status: other, type, body } = mutated(text, random);
      return new Response(body, { status: other, headers: { "content-type": type } });
    },
  });
  return {
    url: `http://127.0.0.1:${server.port}`,
    get count() {
      return count;
    },
    [Symbol.dispose]: () => void server.stop(true),
  };
}

async function read(response: Promise<Response>): Promise<{ status: number; text: string }> {
  const { status } = await response;
  return { status, text: await (await response).text() };
}
