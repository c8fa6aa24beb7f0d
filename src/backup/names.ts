import * as z from "zod";
import { say } from "../sentence.ts";
import { nameOf } from "../estate/name.ts";
import { part } from "../estate/part.ts";
import type { Context } from "../tool.ts";
import { BackupRepository } from "../xo/records/backup-repository.ts";
import type { Collection } from "../xo/routes.ts";
import type { Repository } from "./repositories.ts";

const Named = z.object({ id: z.string(), name_label: z.string().default("") });

/** Names of what jobs and runs mention by id; an id stands for itself where XO does not give the name. */
export async function namesOf(
  context: Context,
  collections: readonly ("pools" | "srs" | "vms")[],
): Promise<Map<string, string>> {
  const found = await Promise.all(collections.map((name) => readNames(context, name)));
  return new Map(found.flat());
}

async function readNames(
  context: Context,
  collection: Collection,
): Promise<(readonly [string, string])[]> {
  const reading = context.xo.records(collection, Named);
  const objects = (await part(context, say`names of ${collection}`, reading)) ?? [];
  return objects.map((object) => [object.id, nameOf(object)] as const);
}

/** The repositories, without which an answer has their ids only. */
export async function repositoriesOf(context: Context): Promise<Repository[]> {
  const reading = context.xo.records("backup-repositories", BackupRepository);
  return (await part(context, say`names and state of repositories`, reading)) ?? [];
}
