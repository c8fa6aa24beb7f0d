import { z } from "zod";

/** The two sites of a test XO: XO itself, and the stand-in for the public documentation. */
const site = z.enum(["xo", "docs"]);
export type Site = z.infer<typeof site>;

const faultRule = z.strictObject({
  /** All that is given must match; `path` is a regular expression over the path with its query. */
  match: z.strictObject({
    site: site.optional(),
    method: z.string().optional(),
    path: z.string().optional(),
  }),
  /** How often the rule applies; without it, always. */
  times: z.int().positive().optional(),
  /** Waits before anything else; alone, the real answer follows. */
  delayMs: z.int().nonnegative().optional(),
  /** Status, headers and body replace the real answer; 200 unless told otherwise. */
  status: z.int().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.string().optional(),
  /** A body in base64, for bytes that are no text (a compressed one, say). */
  bodyBase64: z.string().optional(),
  /** Breaks the connection: unanswered, after the headers, or in the midst of the body. */
  drop: z.enum(["before", "headers", "body"]).optional(),
});

/** How one request, or every one that matches, is to go wrong. The first rule that matches applies. */
export type FaultRule = z.infer<typeof faultRule>;

const recorded = z.object({
  site,
  method: z.string(),
  /** With the query, as it was sent. */
  path: z.string(),
  /** Names in lower case; repeated ones joined by a comma. */
  headers: z.record(z.string(), z.string()),
  /** Unix milliseconds. */
  time: z.number(),
});

/** A request as it arrived. */
export type Recorded = z.infer<typeof recorded>;

const refused = z.object({ member: z.string(), time: z.number() });

/** The bodies of the control API, which both its ends parse. */
export const controlApi = {
  faults: z.array(faultRule),
  requests: z.array(recorded),
  refused: z.array(refused),
  mcp: z.strictObject({ enabled: z.boolean() }),
  server: z.strictObject({
    status: z.enum(["connected", "connecting", "disconnected"]),
    error: z.record(z.string(), z.unknown()).optional(),
  }),
};

/** The line that a test XO prints once it answers. */
export const readyLine = z.object({
  url: z.string(),
  publicDocs: z.string(),
  control: z.string(),
  now: z.number(),
});
