import { samples } from "../../samples.ts";
import { type Bed, environmentOf, type Round } from "../bed.ts";
import { StdioSession } from "../stdio-session.ts";

const calls = 100;

/** A host that asks everything in one breath. What XO gets at once is counted on the way there. */
export function atOnce({ binary, small }: Bed): Round {
  return async () => {
    let [now, most] = [0, 0];
    using front = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: async ({ url, headers }) => {
        most = Math.max(most, ++now);
        try {
          const { pathname, search } = new URL(url);
          const answer = await fetch(small.url + pathname + search, {
            headers,
            redirect: "manual",
          });
          const told = new Headers(answer.headers);
          for (const name of ["content-encoding", "content-length"]) told.delete(name);
          // The whole of it, for until then it is under way.
          return new Response(await answer.bytes(), { status: answer.status, headers: told });
        } finally {
          now -= 1;
        }
      },
    });
    await using session = new StdioSession([binary, "serve"], {
      ...environmentOf(small),
      XO_URL: front.url.origin,
    });
    await session.initialize();
    const asked = Array.from({ length: calls }, (_, at) => samples[at % samples.length]);
    const ended = await Promise.allSettled(
      asked.map((sample) => sample && session.call(...sample)),
    );
    const failed = ended.filter(({ status }) => status === "rejected").length;
    return {
      "100 calls at once, failed": { ours: failed },
      "100 calls at once, most requests at once": { ours: most },
    };
  };
}
