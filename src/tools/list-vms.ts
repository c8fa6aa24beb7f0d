import * as z from "zod";
import { onHost } from "../estate/residence.ts";
import { warnOfStranded } from "../estate/stranded.ts";
import { listRecords } from "../listing/records.ts";
import { listInput, listOutput } from "../listing/parameters.ts";
import { defineTool } from "../tool.ts";
import { hasId } from "../xo/filter.ts";
import { resolve } from "../xo/resolve.ts";

export const listVms = defineTool({
  name: "list_vms",
  title: "List VMs",
  description:
    "Virtual machines, filtered, sorted and paged, with their number in total. For counts use get_infrastructure_summary, for one VM get_vm_details.",
  input: z.strictObject({
    ...listInput("id,name_label,power_state,CPUs,memory"),
    pool_id: z.string().optional().describe("UUID or name"),
    host_id: z.string().optional().describe("Only on it now (UUID or name)"),
  }),
  output: listOutput,
  examples: [{ limit: 5, sort: "-memory.size" }, { host_id: "xcp-paris-01" }],
  needs: { parts: { items: ["vms"] } },
  async run({ pool_id, host_id, ...input }, context) {
    const { xo } = context;
    const [pool, host] = await Promise.all([
      resolve(xo, "pools", pool_id),
      resolve(xo, "hosts", host_id),
    ]);
    return listRecords(
      context,
      {
        collection: "vms",
        fields: ["id", "name_label", "power_state", "CPUs.number", "memory.size"],
        within: [pool && hasId("$pool", pool.id), host && onHost(host.id)],
        remark: {
          fields: ["power_state", "$container"],
          tell: (rows) => warnOfStranded(context, rows),
        },
      },
      input,
    );
  },
});
