import { bare, type Bed, environmentOf, type Round, timeOf } from "../bed.ts";
import { StdioSession } from "../stdio-session.ts";
import { took } from "./lists.ts";

const count = "select count(*) from vms";
const join =
  "select h.name, count(distinct v.id), sum(d.size_bytes) from vms v join hosts h on h.id = v.host_id join vm_disks d on d.vm_id = v.id group by h.id";

const countNeeds = "/rest/v0/vms?fields=id";
const joinNeeds = [
  "/rest/v0/vms?fields=id,power_state,$container,$pool",
  "/rest/v0/hosts?fields=id,name_label",
  "/rest/v0/vbds?fields=id,VM,VDI",
  "/rest/v0/vdis?fields=id,size",
];

/** Milliseconds after which nothing of a reading is kept: it serves for three seconds. */
const forgotten = 3_300;

/** Statements against the requests that a script could not do without. */
export function sql({ binary, large }: Bed): Round {
  const env = environmentOf(large);
  /** A new server: its first statement, and one that finds nothing kept. */
  const served = async (statement: string) => {
    await using session = new StdioSession([binary, "serve"], env);
    await session.initialize();
    const ask = () => took(() => session.call("query_sql", { sql: statement }));
    const first = await ask();
    await Bun.sleep(forgotten);
    return { first, later: await ask() };
  };
  return async () => {
    const counted = await served(count);
    const baseline = await bare(large, [countNeeds]);
    const shell = await timeOf([binary, "sql", count], env);
    const joined = await served(join);
    const parts: number[] = [];
    for (const path of joinNeeds) parts.push(await bare(large, [path]));
    return {
      "query_sql count, first of a server": { ours: counted.first, baseline },
      "query_sql count, later": { ours: counted.later, baseline },
      "xo-mcp sql, the same count": { ours: shell, baseline },
      "query_sql, join of three tables": { ours: joined.later, baseline: Math.max(...parts) },
    };
  };
}
