import type * as z from "zod";
import type { Xo } from "../xo/client.ts";
import type { Filter } from "../xo/filter.ts";
import type { Host } from "../xo/records/host.ts";
import { Pbd } from "../xo/records/pbd.ts";
import { valueAt } from "../xo/row.ts";

/** How many ways to a LUN a host has, and how many of them work. */
export interface Paths {
  up: number;
  of: number;
}

/** A link between a host and a storage, with the paths of each LUN behind it where there are several. */
export type Link = z.output<typeof Pbd> & { paths: Paths[] };

/** LUNs asked for at once: their ids stand in the address of the request. */
const most = 60;

/**
 * Links with their paths. The storage manager writes them beside secrets, under the id of the LUN
 * (`mpath-<SCSIid>: "[1, 4]"`, mpathalert.ml), so only these keys are asked for.
 */
export async function readLinks(xo: Xo, filter?: Filter): Promise<Link[]> {
  const links = await xo.records("pbds", Pbd, filter);
  const luns = [...new Set(links.filter(isWatched).flatMap(lunsOf))];
  const rows = await Promise.all(
    Array.from({ length: Math.ceil(luns.length / most) }, (_, part) =>
      xo.raw(
        "pbds",
        [
          "id",
          ...luns.slice(part * most, (part + 1) * most).map((lun) => `otherConfig.${keyOf(lun)}`),
        ],
        filter,
      ),
    ),
  );
  const rowsById = Map.groupBy(rows.flat(), ({ id }) => id);
  return links.map((link) => ({
    ...link,
    paths: isWatched(link)
      ? lunsOf(link).flatMap((lun) =>
          (rowsById.get(link.id) ?? []).flatMap(
            (row) => pathsIn(valueAt(row, `otherConfig.${keyOf(lun)}`)) ?? [],
          ),
        )
      : [],
  }));
}

/** What of a link's paths is lost, the worst LUN first: figures of an unplugged one are old. */
export function lostPaths(
  { attached, paths }: Pick<Link, "attached" | "paths">,
  host: Pick<z.output<typeof Host>, "power_state"> | undefined,
): Paths[] {
  if (attached !== true || host?.power_state !== "Running") return [];
  return paths.filter(({ up, of }) => up < of).toSorted((a, b) => a.up / a.of - b.up / b.of);
}

/** The paths of a link's worst LUN; of one that is not plugged none. */
export function toldPaths(
  link: Pick<Link, "attached" | "paths">,
  host: Pick<z.output<typeof Host>, "power_state"> | undefined,
): Paths | undefined {
  const [worst] = lostPaths(link, host);
  return worst ?? (link.attached === true ? link.paths[0] : undefined);
}

/** What a host lost of the paths to the LUN that it boots from (sm, mpathcount.py). */
export function lostBootPaths({
  power_state,
  otherConfig,
}: Pick<z.output<typeof Host>, "power_state" | "otherConfig">): Paths | undefined {
  const paths = pathsIn(otherConfig?.["mpath-boot"]);
  return power_state === "Running" && paths && paths.up < paths.of ? paths : undefined;
}

/** "1 of 4 paths". */
export function pathsText({ up, of }: Paths): string {
  return `${up} of ${of} paths`;
}

/** Two figures as a text: what works, and the most that there were. */
export function pathsIn(text: unknown): Paths | undefined {
  const [, up, of] = /^\[(\d+), *(\d+)[\],]/.exec(typeof text === "string" ? text : "") ?? [];
  return up === undefined || of === undefined ? undefined : { up: Number(up), of: Number(of) };
}

const keyOf = (lun: string): string => `mpath-${lun}`;

function isWatched({ otherConfig }: z.output<typeof Pbd>): boolean {
  return otherConfig?.multipathed === "true";
}

function lunsOf({ device_config }: z.output<typeof Pbd>): string[] {
  // What is no id of a LUN would be read as something else in the address.
  return (device_config?.SCSIid ?? "").split(",").filter((lun) => /^[\w-]+$/.test(lun));
}
