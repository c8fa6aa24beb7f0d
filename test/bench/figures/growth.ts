import { startXo } from "../../xo/start.ts";
import { bare, type Bed, environmentOf, requestsOf, type Round } from "../bed.ts";
import { memoryOf, StdioSession } from "../stdio-session.ts";
import { took } from "./lists.ts";

const sizes = [1_000, 5_000, 20_000];

/** How the report that reads most grows with the estate; each size in a test XO of its own. */
export function growth({ binary }: Bed): Round {
  const measure = async (vms: number) => {
    await using xo = await startXo({ size: "large", vms });
    const env = { ...environmentOf(xo), XO_TIMEOUT: "120" };
    let [time, peak] = [Number.NaN, Number.NaN];
    const paths = await requestsOf(xo, async () => {
      await using session = new StdioSession([binary, "serve"], env);
      await session.initialize();
      time = await took(() => session.call("get_health_report"));
      peak = memoryOf(session.pid, "VmHWM");
    });
    return { vms, time, peak, requests: await bare(xo, paths) };
  };
  return async () => {
    const measured: Awaited<ReturnType<typeof measure>>[] = [];
    for (const vms of sizes) measured.push(await measure(vms));
    const of = (what: "time" | "peak" | "requests") =>
      exponent(measured.map((each) => [each.vms, each[what]]));
    return {
      "1,000 to 20,000 VMs, exponent of time": { ours: of("time"), baseline: of("requests") },
      "1,000 to 20,000 VMs, exponent of memory": { ours: of("peak") },
      "20,000 VMs, peak memory": { ours: measured.at(-1)?.peak ?? Number.NaN },
    };
  };
}

/** The slope of the line that fits best where both are logarithms: 1 is linear. */
function exponent(points: readonly (readonly [number, number])[]): number {
  const logs = points.map(([x, y]) => [Math.log(x), Math.log(y)] as const);
  const mean = (at: 0 | 1) => logs.reduce((sum, log) => sum + log[at], 0) / logs.length;
  const [mx, my] = [mean(0), mean(1)];
  const along = logs.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0);
  return along / logs.reduce((sum, [x]) => sum + (x - mx) ** 2, 0);
}
