import * as z from "zod";
import { say } from "../sentence.ts";
import type { Context } from "../tool.ts";
import { controlDomainsOf } from "./control-domains.ts";
import { part } from "./part.ts";

/** An object that an event may be about. */
export interface Subject {
  id: string;
  name_label: string;
  type: string;
  $pool?: string | null | undefined;
  /** Of a control domain: the host that it is. */
  host?: string;
}

const Named = z.object({
  id: z.string(),
  name_label: z.string().default(""),
  $pool: z.string().nullish(),
});

const NamedHost = Named.extend({ controlDomain: z.string().nullish() });

/** The collections whose objects are told by name, in XO's words for them. */
const named = [
  ["pools", "pool"],
  ["hosts", "host"],
  ["vms", "VM"],
  ["srs", "SR"],
  ["networks", "network"],
] as const;

/** These collections. */
export const namedCollections = named.map(([collection]) => collection);

/** What an event may be about, as far as XO tells: without a name an event still has its id. */
export async function readSubjects(context: Context): Promise<Subject[]> {
  const found = await Promise.all(
    named.map(async ([collection, type]) => {
      const record = collection === "hosts" ? NamedHost : Named;
      const reading = context.xo.records(collection, record);
      const objects = (await part(context, say`names of ${collection}`, reading)) ?? [];
      return objects.map((object) => ({ ...object, type }));
    }),
  );
  const objects: (Subject & { controlDomain?: string | null | undefined })[] = found.flat();
  const domains = controlDomainsOf(objects).map(({ host, ...domain }) => ({
    ...domain,
    type: "VM-controller",
    $pool: host.$pool,
    host: host.id,
  }));
  return [...objects, ...domains];
}
