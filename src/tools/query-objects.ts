import * as z from "zod";
import { XoError } from "../errors.ts";
import { say } from "../sentence.ts";
import { listRecords } from "../listing/records.ts";
import { groupCollection } from "../listing/groups.ts";
import { listInput, listOutput } from "../listing/parameters.ts";
import { nearest } from "../nearest.ts";
import { defineTool } from "../tool.ts";
import known from "../xo/collections.json";
import { collections } from "../xo/routes.ts";

export const queryObjects = defineTool({
  name: "query_objects",
  title: "Query any collection",
  description:
    "XO's own records of any collection, in XO's own field names and units, without secrets; group_by counts them by a field (power_state, $host, tags). For what no other tool answers: those join names and judge.",
  input: z.strictObject({
    collection: z.enum(collections, { error: unknownCollection }).describe("What to read"),
    group_by: z.string().min(1).optional().describe("Count by this field; dots go down"),
    ...listInput("a few of each collection"),
  }),
  output: listOutput.extend({
    objects: z.number().optional().describe("With group_by: objects counted"),
  }),
  examples: [
    { collection: "vms", group_by: "power_state" },
    { collection: "pbds" },
    { collection: "tasks" },
  ],
  needs: ({ collection }) => ({ parts: { items: [collection], objects: [collection] } }),
  async run({ collection, group_by, ...input }, context) {
    if (group_by !== undefined) {
      const { fields, ...rest } = input;
      if (fields === undefined) return groupCollection(context, collection, group_by, rest);
      throw new XoError(
        "usage",
        say`query_objects: with group_by there are values and counts, and no fields.`,
        say`Leave out one of the two.`,
      );
    }
    const { fields, sort } = known[collection];
    return listRecords(context, { collection, fields: fields.split(","), sort }, input);
  },
});

function unknownCollection({ input }: { input?: unknown }): string {
  const meant = nearest(String(input), collections);
  return `there is no collection ${JSON.stringify(input)}${
    meant === undefined ? "." : `; did you mean ${meant}?`
  } There are: ${collections.join(", ")}`;
}
