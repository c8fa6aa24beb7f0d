import * as z from "zod";
import { warnings } from "../tool.ts";

const wholeNumber = (least: number) => {
  const wanted = `must be a whole number from ${least}`;
  return z.int(wanted).min(least, wanted).optional();
};

/** The parameters that mean the same in every list; `standard` are the fields returned without `fields`. */
export function listInput(standard: string) {
  return {
    filter: z.string().optional().describe("XO filter: power_state:Running tags:prod"),
    fields: z.string().optional().describe(`Comma-separated, * for all (default: ${standard})`),
    limit: wholeNumber(1).describe("Most items"),
    offset: wholeNumber(0).describe("From next_offset"),
    sort: z.string().optional().describe("Field; -field: descending"),
  };
}

/** What every list answers. */
export const listOutput = z.object({
  total: z.number().describe("Matches in all"),
  returned: z.number(),
  next_offset: z.number().optional().describe("offset of the next page"),
  redacted: z.array(z.string()).optional().describe("Fields never shown"),
  warnings,
  items: z.array(z.looseObject({})),
});

/** What the parameters of a list come to. */
export type ListInput = {
  [K in keyof ReturnType<typeof listInput>]?: z.output<ReturnType<typeof listInput>[K]>;
};
