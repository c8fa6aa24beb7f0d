import { allVms, bare, type Bed, environmentOf, type Round, timeOf } from "../bed.ts";
import { StdioSession } from "../stdio-session.ts";

const page = { limit: 150 };

/** The list that is read most, from the shell and over MCP, against the one request it cannot do without. */
export function lists({ binary, large }: Bed): Round {
  const env = environmentOf(large);
  const fromShell = () => timeOf([binary, "call", "list_vms", "-o", "json"], env);
  return async () => {
    const shell = await fromShell();
    const curl = await bare(large, [allVms]);
    await using session = new StdioSession([binary, "serve"], env);
    await session.initialize();
    const first = await took(() => session.call("list_vms", page));
    const next = await took(() => session.call("list_vms", { ...page, offset: page.limit }));
    return {
      "call list_vms -o json": { ours: shell, baseline: curl },
      "list_vms over MCP": { ours: first, baseline: curl },
      "list_vms, the next page": { ours: next, baseline: first },
    };
  };
}

/** Milliseconds. */
export async function took(run: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await run();
  return performance.now() - started;
}
