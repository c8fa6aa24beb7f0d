import { allVms, bare, type Bed, environmentOf, requestsOf, type Round } from "../bed.ts";
import { memoryOf, StdioSession } from "../stdio-session.ts";
import type { Samples } from "../targets.ts";
import { took } from "./lists.ts";

const joined = [
  ["list_vdis", {}],
  ["find_objects", { query: "web-prod" }],
  ["list_srs", {}],
] as const;

/**
 * What joins many collections, each in a session of its own: lists against the plain list of all VMs,
 * so that a request less counts for them, and the health report against its own requests.
 */
export async function joins({ binary, large }: Bed): Promise<Round> {
  const env = environmentOf(large);
  const measure = async (name: string, args: object) => {
    await using session = new StdioSession([binary, "serve"], env);
    await session.initialize();
    const time = await took(() => session.call(name, args));
    return { time, peak: memoryOf(session.pid, "VmHWM") };
  };
  const report = () => measure("get_health_report", {});
  const itsRequests = await requestsOf(large, report);
  return async () => {
    const samples: Samples = {};
    for (const [name, args] of joined) {
      const { time } = await measure(name, args);
      samples[name] = { ours: time, baseline: await bare(large, [allVms]) };
    }
    const { time, peak } = await report();
    const baseline = await bare(large, itsRequests);
    return {
      ...samples,
      get_health_report: { ours: time, baseline },
      "get_health_report, peak memory": { ours: peak },
    };
  };
}
