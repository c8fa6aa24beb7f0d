import * as z from "zod";
import { Network } from "../../xo/records/network.ts";
import { Pool } from "../../xo/records/pool.ts";
import { Host } from "../../xo/records/host.ts";
import { Sr } from "../../xo/records/sr.ts";
import { Vdi } from "../../xo/records/vdi.ts";
import { Vm } from "../../xo/records/vm.ts";
import type { Collection } from "../../xo/routes.ts";
import { fact } from "../fact.ts";

const Named = z.object({ id: z.string(), name_label: z.string().default("") });

/** The names of the objects of a collection, by id; one without a name is not among them. */
function namesOf(collection: Collection, record: typeof Named) {
  return fact([collection], async ({ xo }) => {
    const named = await xo.records(collection, record);
    return new Map(named.map(({ id, name_label }) => [id, name_label]));
  });
}

const name = { id: true, name_label: true } as const;

export const poolNames = namesOf("pools", Pool.pick(name));
export const hostNames = namesOf("hosts", Host.pick(name));
export const srNames = namesOf("srs", Sr.pick(name));
export const networkNames = namesOf("networks", Network.pick(name));
export const vmNames = namesOf("vms", Vm.pick(name));
export const diskNames = namesOf("vdis", Vdi.pick(name));
