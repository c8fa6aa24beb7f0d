import * as z from "zod";
import { XoError } from "../errors.ts";
import { listed, quoted, say } from "../sentence.ts";
import { type Candidate, readCandidates, type Type, types } from "../estate/candidates.ts";
import { matchOf, type Query, readQuery } from "../estate/search.ts";
import { pageOf } from "../listing/page.ts";
import { listInput, listOutput } from "../listing/parameters.ts";
import { nearest } from "../nearest.ts";
import type { Seen } from "../sight/nouns.ts";
import { type Context, defineTool } from "../tool.ts";
import type { Row } from "../xo/row.ts";

const { limit, offset } = listInput("");

const collectionsOf: Record<Type, Seen[]> = {
  vm: ["vms"],
  host: ["hosts"],
  pool: ["pools"],
  sr: ["srs"],
  network: ["networks"],
  template: ["vm-templates"],
  vdi: ["vdis"],
  snapshot: ["vm-snapshots"],
  device: ["pcis", "pgpus", "vms"],
};

export const findObjects = defineTool({
  name: "find_objects",
  title: "Find anything",
  description:
    "Finds VMs, hosts, pools, storage, networks, templates, disks, snapshots and PCI devices (GPUs) by part of a name, UUID or its first digits, IP address or range (10.0.0.0/8), MAC or tag; best match first, with why it matched. To filter one kind use list_vms, list_hosts, query_objects.",
  input: z.strictObject({
    query: z.string().min(1, "must not be empty").describe("What to look for"),
    types: z.array(z.enum(types)).optional().describe("Only these"),
    limit: limit.unwrap().default(20).describe("Most items to return"),
    offset,
  }),
  output: listOutput,
  examples: [
    { query: "web-prod" },
    { query: "10.20.0.0/16" },
    { query: "02:00", types: ["vm", "host"] },
  ],
  needs: ({ query, types: asked }) => ({ parts: { items: searchedFor(readQuery(query), asked) } }),
  async run({ query: given, types: asked, limit, offset }, context) {
    const query = readQuery(given);
    if (query.text === "")
      throw new XoError("usage", say`find_objects: the query has no letter in it.`);
    const wanted = wantedTypes(asked);
    const candidates = await readCandidates(context, query, wanted);
    const found = candidates.flatMap(({ type, object, shown }): Row[] => {
      const match = matchOf(query, object);
      if (match === undefined) return [];
      const { id, name_label } = object;
      const rank = match.rank * types.length + types.indexOf(type);
      return [{ rank, type, id, name_label, why: match.why, ...shown }];
    });
    if (found.length === 0) warnOfNothing(context, query, candidates, wanted);
    const order = { field: "rank", descending: false };
    const show = ({ rank: _rank, ...item }: Row): Row => item;
    return pageOf(context, found, { limit, offset, order, show });
  },
});

function wantedTypes(asked: readonly Type[] | undefined): Set<Type> {
  return new Set(asked === undefined || asked.length === 0 ? types : asked);
}

/** What the search goes through: the objects, and what tells their addresses if one is looked for. */
function searchedFor({ mac, hasAddress }: Query, asked: readonly Type[] | undefined): Seen[] {
  const addresses: Seen[] =
    mac !== undefined ? ["vifs", "pifs"] : hasAddress === undefined ? [] : ["pifs"];
  return [...[...wantedTypes(asked)].flatMap((type) => collectionsOf[type]), ...addresses];
}

/** The names themselves are quoted only if they are close to what was asked. */
function warnOfNothing(
  { warn }: Context,
  { text, hasAddress }: Query,
  candidates: readonly Candidate[],
  wanted: ReadonlySet<Type>,
): void {
  const names = candidates.map(({ object }) => object.name_label).filter((name) => name !== "");
  const meant = text.length > 80 ? undefined : nearest(text, names);
  warn(
    say`Nothing matches among ${listed(types.filter((type) => wanted.has(type)))}.${
      meant === undefined ? "" : say` Did you mean ${quoted(meant)}?`
    } Interfaces, disk snapshots, jobs and tasks are not searched: query_objects reads them.`,
  );
  const [, label] =
    /^(?:[a-z+]+:\/\/)?([a-z0-9-]+)(?:\.[a-z0-9-]+)+(?::\d+)?(?:\/.*)?$/i.exec(text) ?? [];
  if (hasAddress === undefined && label !== undefined) {
    warn(
      say`Names are looked for as they stand in XO, mostly without a domain: try ${quoted(label)}.`,
    );
  }
  if (hasAddress !== undefined) {
    warn(say`A VM's address is known only while its guest tools tell it.`);
  }
}
