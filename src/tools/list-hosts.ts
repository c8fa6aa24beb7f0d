import * as z from "zod";
import { listRecords } from "../listing/records.ts";
import { listInput, listOutput } from "../listing/parameters.ts";
import { defineTool } from "../tool.ts";
import { hasId } from "../xo/filter.ts";
import { resolve } from "../xo/resolve.ts";

const fields = ["id", "name_label", "productBrand", "version", "power_state"];

export const listHosts = defineTool({
  name: "list_hosts",
  title: "List hosts",
  description:
    "Hosts (hypervisors), filtered, sorted and paged, with their number in total. For the load of a pool's hosts use get_pool_dashboard.",
  input: z.strictObject({
    ...listInput(fields.join()),
    pool_id: z.string().optional().describe("UUID or name"),
  }),
  output: listOutput,
  examples: [{ limit: 2 }],
  needs: { parts: { items: ["hosts"] } },
  async run({ pool_id, ...input }, context) {
    const pool = await resolve(context.xo, "pools", pool_id);
    const within = [pool && hasId("$pool", pool.id)];
    return listRecords(context, { collection: "hosts", fields, within }, input);
  },
});
