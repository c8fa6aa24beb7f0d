import type * as z from "zod";
import { age, iso } from "../time.ts";
import type { Host } from "../xo/records/host.ts";
import type { Patch } from "../xo/records/patch.ts";

type HostRecord = z.output<typeof Host>;

const day = 86_400;

/** Days: the licence of XCP-ng ends in 2099, which is never. */
export const foreseeable = 365 * 30;

/** When a host's licence ends, in Unix seconds; nothing where it does not. */
export function licenceEnd(
  { license_expiry }: Pick<HostRecord, "license_expiry">,
  now: number,
): number | undefined {
  const ends = endingsOf({ certificates: [], license_expiry }, foreseeable, now).length > 0;
  return ends ? (license_expiry ?? undefined) : undefined;
}

export interface Reboot {
  /** Nothing when the host does not tell. */
  needed: boolean | undefined;
  /** Why, a clause; only when it is needed. */
  reason?: string;
}

/** Whether a host needs a reboot, by XO's word, and why as far as its times show it. */
export function rebootOf({
  rebootRequired,
  startTime,
  otherConfig,
}: Pick<HostRecord, "rebootRequired" | "startTime" | "otherConfig">): Reboot {
  if (rebootRequired !== true) return { needed: rebootRequired ?? undefined };
  const installed = Number(otherConfig?.rpm_patch_installation_time ?? Number.NaN);
  const patched = iso(Math.floor(installed));
  const started = iso(startTime);
  const late = startTime && installed > startTime && patched !== undefined;
  return {
    needed: true,
    reason: late
      ? `patches were installed at ${patched}, after its start at ${started}`
      : "the hypervisor asks for it, without a reason",
  };
}

export interface VersionGroup<H> {
  /** "XCP-ng 8.3.0"; nothing for hosts that do not tell. */
  version: string | undefined;
  hosts: H[];
}

/** Hosts by product and version, most hosts first: more than one known version in a pool is a difference. */
export function versionsOf<H extends Pick<HostRecord, "productBrand" | "version">>(
  hosts: readonly H[],
): VersionGroup<H>[] {
  const groups = Map.groupBy(hosts, ({ productBrand, version }) =>
    version ? [productBrand, version].filter(Boolean).join(" ") : undefined,
  );
  return [...groups]
    .map(([version, members]) => ({ version, hosts: members }))
    .toSorted((a, b) => b.hosts.length - a.hosts.length);
}

export interface Ending {
  what: "certificate" | "licence";
  /** ISO 8601. */
  ends_at: string;
  /** Whole days from now; below 0 for what has ended. */
  days_left: number;
  /** Of what has ended: how long ago, in words. */
  ended_ago?: string;
}

/** Certificates and the licence of a host that have ended or end within so many days, the next first. */
export function endingsOf(
  { certificates, license_expiry }: Pick<HostRecord, "certificates" | "license_expiry">,
  withinDays: number,
  now: number,
): Ending[] {
  const dates = [
    ...(certificates ?? []).map(({ notAfter }) => ({ what: "certificate" as const, at: notAfter })),
    { what: "licence" as const, at: license_expiry },
  ];
  return dates
    .flatMap(({ what, at }) => {
      const ends_at = iso(at);
      if (!at || ends_at === undefined || at - now / 1000 > withinDays * day) return [];
      const ended = at <= now / 1000 ? { ended_ago: age(at, now) } : {};
      return [{ what, ends_at, days_left: Math.floor((at - now / 1000) / day), ...ended }];
    })
    .toSorted((a, b) => a.days_left - b.days_left);
}

type PatchRecord = z.output<typeof Patch>;

/** Whether a patch says that it closes a known hole. */
export function closesHole({
  changelog,
  description,
}: Pick<PatchRecord, "changelog" | "description">): boolean {
  return (
    /\b(?:CVE|XSA)-\d/.test(changelog?.description ?? "") || /\bXSA-\d/.test(description ?? "")
  );
}

/** Patches as one would look for them: each name once, those that close a known hole by themselves. */
export function describePatches(patches: readonly PatchRecord[], most: number) {
  const byName = new Map(patches.map((patch) => [patch.name, patch]));
  const all = [...byName.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const security = all.filter(closesHole);
  return {
    total: all.length,
    names: all.slice(0, most).map(({ name, version, release }) => {
      const exact = [version, release].filter(Boolean).join("-");
      return exact === "" ? name : `${name} ${exact}`;
    }),
    security_total: security.length,
    security_names: security.slice(0, most).map(({ name }) => name),
  };
}
