import * as z from "zod";

const Asked = z.looseObject({
  offset: z.number().optional().catch(undefined),
  limit: z.unknown().optional(),
});

/** Of which list a call asks a page. */
export interface PageAsked {
  /** The same for all pages of one list: all that was asked but for where a page begins and ends. */
  list: string;
  /** Whether a page came before it. */
  isLater: boolean;
}

/** @param args as the tool has them from its caller */
export function pageAsked(tool: string, args: unknown): PageAsked {
  const { offset = 0, limit: _limit, ...rest } = Asked.parse(args ?? {});
  const entries = Object.entries(rest).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { list: JSON.stringify([tool, entries]), isLater: offset > 0 };
}
