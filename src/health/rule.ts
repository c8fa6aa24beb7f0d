import type { Holdings, Need } from "./holdings.ts";

/** Worst first: what fails or is about to, what will hurt one day, what is untidy. */
export const severities = ["critical", "warning", "info"] as const;

export type Severity = (typeof severities)[number];

/** An object that a rule is about. */
export interface Found {
  id: string;
  name_label: string;
  $pool?: string | null | undefined;
  /** What makes it a case, each with its unit in its name. */
  facts?: Record<string, unknown>;
}

export interface Checked {
  /** The worst first. */
  found: Found[];
  /** What could not be judged and why, a clause without a full stop. */
  unknown?: string | undefined;
}

/** What a rule may use beside the records. */
export interface Moment {
  /** Unix milliseconds. */
  now: number;
  /** Whether the account sees all of a collection: only then is what is absent no longer there. */
  sees(need: Need): boolean;
}

interface Definition<K extends Need> {
  /** kebab-case; the file has the same name. */
  id: string;
  severity: Severity;
  /** What is wrong, in plural, as the head of a list. */
  title: string;
  /** Why it matters, a sentence. */
  why: string;
  /** Where to look on: one of our tools, or a place in XO. */
  where: string;
  /** The collections it judges by; it gets no other. */
  needs: readonly K[];
  /** Those of them in which something absent is what it finds: not run unless all is seen. */
  whole?: readonly K[];
  /** Those it takes names from, and can do without. */
  names?: readonly K[];
  thresholds?: Readonly<Record<string, number>>;
  check(holdings: Pick<Holdings, K>, moment: Moment): Checked | Promise<Checked>;
}

/** A rule as the report sees it, whatever it needs. */
export type Rule = Definition<Need>;

export function defineRule<K extends Need>(definition: Definition<K>): Rule {
  return definition;
}

/** "3 VMs that do not run", or nothing for none. */
export function countOf(count: number, one: string, rest: string): string | undefined {
  return count === 0 ? undefined : `${count} ${one}${count === 1 ? "" : "s"} ${rest}`;
}
