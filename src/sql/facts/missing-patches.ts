import * as z from "zod";
import { patience } from "../../deadline.ts";
import type { XoError } from "../../errors.ts";
import { type Sentence, say } from "../../sentence.ts";
import { firstOf, saidName } from "../../estate/name.ts";
import { failureOfPart } from "../../estate/part.ts";
import { doubt, readBlindness } from "../../estate/patches.ts";
import type { Context } from "../../tool.ts";
import { path } from "../../xo/path.ts";
import { Host } from "../../xo/records/host.ts";
import { Patch } from "../../xo/records/patch.ts";

const PatchedHost = Host.pick({ id: true, name_label: true, power_state: true, $pool: true });
type PatchedHost = z.output<typeof PatchedHost>;

const PatchRow = Patch.extend({
  /** Bytes. */
  size: z.number().nullish(),
  license: z.string().nullish(),
  changelog: z
    .object({
      description: z.string().nullish(),
      /** Unix seconds. */
      date: z.number().nullish(),
    })
    .nullish(),
});

/** An update that a host does not have yet. */
export interface Missing {
  host: PatchedHost;
  patch: z.output<typeof PatchRow>;
}

/**
 * What each host lacks. XO looks for it at the makers, host by host, and leaves out what it could not
 * look at: the answer says which hosts that may be.
 * @throws XoError where it tells nothing of any host
 */
export async function readMissing(context: Context): Promise<Missing[]> {
  const { xo, warn } = context;
  const hosts = await xo.records("hosts", PatchedHost);
  const [running, down] = [hosts.filter(isRunning), hosts.filter((host) => !isRunning(host))];
  const [answers, blind] = await Promise.all([
    Promise.all(running.map(async (host) => ({ host, ...(await readOf(context, host)) }))),
    readBlindness(context, hosts),
  ]);
  if (down.length > 0) {
    warn(say`Hosts that do not run were not looked at for patches: ${namesOf(down)}.`);
  }
  const failed = answers.flatMap(({ host, failure }) => (failure ? [{ host, failure }] : []));
  const [first] = failed;
  if (first !== undefined && failed.length === running.length) throw first.failure;
  for (const [message, those] of Map.groupBy(failed, ({ failure }) => failure.message)) {
    warn(say`What these lack is unknown: ${namesOf(those.map(({ host }) => host))}. ${message}`);
  }
  const silent = answers.filter(({ patches }) => patches?.length === 0);
  if (silent.length > 0 && blind?.failed !== 0) {
    warn(say`Nothing is listed for ${namesOf(silent.map(({ host }) => host))}: ${doubt(blind)}.`);
  }
  return answers.flatMap(({ host, patches }) => (patches ?? []).map((patch) => ({ host, patch })));
}

async function readOf(
  context: Context,
  { id }: PatchedHost,
): Promise<{ patches?: z.output<typeof PatchRow>[]; failure?: XoError }> {
  try {
    const where = path`/hosts/${id}/missing_patches`;
    return { patches: await context.xo.get(where, z.array(PatchRow), {}, patience(context, 0.7)) };
  } catch (error) {
    return { failure: failureOfPart(error, context.signal) };
  }
}

function isRunning({ power_state }: PatchedHost): boolean {
  return power_state === "Running";
}

function namesOf(hosts: readonly PatchedHost[]): Sentence {
  return firstOf(hosts.map((host) => saidName(host)).toSorted());
}
