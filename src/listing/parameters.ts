import * as z from "zod";
import { warnings } from "../tool.ts";

const wholeNumber = (least: number) => {
  const wanted = `must be a whole number from ${least}`;
  return z.int(wanted).min(least, wanted).optional();
};

/**
 * The parameters that mean the same in every list. `fields` and `sort` name what the list shows, the
 * filter XO's own fields.
 * @param standard the fields shown without `fields`; all that an item has where it is left out
 */
export function listInput(standard?: string) {
  const choice = standard === undefined ? " (default: all)" : `, * for all (default: ${standard})`;
  return {
    filter: z.string().optional().describe("XO filter: power_state:Running tags:prod"),
    fields: z.string().optional().describe(`Comma-separated${choice}`),
    limit: wholeNumber(1).describe("Most items"),
    offset: wholeNumber(0).describe("From next_offset"),
    sort: z.string().optional().describe("-memory.size,name_label"),
  };
}

/** What every list answers. */
export const listOutput = z.object({
  total: z.number().describe("Matches in all"),
  returned: z.number(),
  next_offset: z.number().optional().describe("offset of the next page"),
  read_at: z
    .string()
    .optional()
    .describe("Of a page with an offset: when XO was asked for what its pages are made of"),
  of: z.string().optional().describe("What is counted, if not all that there is"),
  redacted: z.array(z.string()).optional().describe("Fields never shown"),
  warnings,
  items: z.array(z.looseObject({})),
});

/** What the parameters of a list come to. */
export type ListInput = {
  [K in keyof ReturnType<typeof listInput>]?: z.output<ReturnType<typeof listInput>[K]>;
};
