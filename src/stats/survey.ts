import { type ErrorKind, toXoError, XoError } from "../errors.ts";
import { patience } from "../deadline.ts";
import type { Context } from "../tool.ts";
import { consumptionOf, type Resource } from "./consumption.ts";
import { coverage, isMeasured, readStats, type Subject, within } from "./read.ts";
import { known, mean } from "./series.ts";
import type { Wanted, Window } from "./window.ts";

/** What one VM or host used of a resource within a window. */
export interface Use {
  subject: Subject;
  mean: number;
  maximum: number;
  window: Window;
  /** Seconds by which its host's clock is ahead of ours. */
  ahead: number;
}

/** One that could not be measured, and why. */
export interface Unmeasured {
  subject: Subject;
  reason: string;
}

/**
 * The use of a resource by each of many, a request for each; the connection holds how many at a
 * time. What has no answer when most of the call's time is up is left out, so that there is an answer.
 * @throws XoError when not one could be asked
 */
export async function survey(
  subjects: readonly Subject[],
  resource: Resource,
  wanted: Wanted,
  context: Context,
): Promise<{ uses: Use[]; unmeasured: Unmeasured[] }> {
  const end = new AbortController();
  const signal = AbortSignal.any([patience(context, 0.8), end.signal]);
  const failures: XoError[] = [];
  try {
    const results = await Promise.all(
      subjects.map(async (subject) => {
        try {
          return await useOf(subject, resource, wanted, context, signal);
        } catch (error) {
          const failure = toXoError(error);
          if (context.signal.aborted || hopeless.has(failure.kind)) throw failure;
          failures.push(failure);
          return { subject, reason: reasons[failure.kind] ?? failure.message };
        }
      }),
    );
    const [failure] = failures;
    if (failure !== undefined && failures.length === subjects.length) throw failure;
    const uses = results.filter((result) => "mean" in result);
    const unmeasured = results.filter((result) => "reason" in result);
    return { uses, unmeasured };
  } finally {
    // After a failure nobody waits for the others.
    end.abort();
  }
}

/** Kinds of failure that all the other requests would meet as well. */
const hopeless: ReadonlySet<ErrorKind> = new Set(["auth", "config", "disabled", "tls"]);

const reasons: Partial<Record<ErrorKind, string>> = {
  forbidden: "this account may not read its statistics",
  not_found: "it has just been removed",
  server: "XO could not read its statistics from the host",
  timeout: "no answer in time",
};

async function useOf(
  subject: Subject,
  resource: Resource,
  wanted: Wanted,
  { xo, now }: Context,
  signal: AbortSignal,
): Promise<Use | Unmeasured> {
  if (!isMeasured(subject)) {
    return { subject, reason: `${subject.power_state}, so nothing measures it` };
  }
  const stats = await readStats(xo, subject, { granularity: wanted.granularity, now }, signal);
  const asked = wanted.until(stats.endTimestamp);
  const samples = within(consumptionOf(resource, stats, subject), stats, asked);
  const values = known(samples);
  if (values.length === 0) {
    const without = Object.keys(stats.stats).length > 0 ? resource.absent : undefined;
    return { subject, reason: without ?? "XO has no values of it in this window" };
  }
  return {
    subject,
    mean: mean(values),
    maximum: Math.max(...values),
    window: coverage([samples], stats, asked),
    ahead: stats.ahead,
  };
}
