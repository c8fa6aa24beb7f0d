import * as z from "zod";
import { listRecords } from "../listing/records.ts";
import { listInput, listOutput } from "../listing/parameters.ts";
import { defineTool } from "../tool.ts";

const fields = ["id", "name_label", "name_description", "auto_poweron", "HA_enabled"];

export const listPools = defineTool({
  name: "list_pools",
  title: "List pools",
  description:
    "Pools with their basic settings. For what is in them use get_infrastructure_summary, for one pool's load and alarms get_pool_dashboard.",
  input: z.strictObject(listInput(fields.join())),
  output: listOutput,
  examples: [{ limit: 1 }],
  needs: { parts: { items: ["pools"] } },
  run: (input, context) => listRecords(context, { collection: "pools", fields }, input),
});
