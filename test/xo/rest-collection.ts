import type { Estate, StoredRecord } from "./estate/estate.ts";
import type { World } from "./estate/world.ts";
import type { Reasons } from "./fields/reasons.ts";

interface Told {
  /** What its objects are called in a sentence of ours. */
  noun: string;
  /** The fields that query_objects tells when nobody names some. */
  standard: string;
  /** Their order where it is not by name_label. */
  sort?: string;
  /**
   * The fields that are shown, with blanks between: somebody has looked up in XO's sources what each
   * holds. Its kind stands in the OpenAPI file; behind = for what that leaves out. Below a dot `*` is
   * any key or entry, `**` all that is below. `said` is an error, which is told in one line.
   */
  shown: string;
  /** What is left out, and why. */
  hidden?: Reasons;
  /**
   * Single keys of what is left out, which the tools read by name for what they tell: marks of XO and
   * XAPI, and an error in words of ours. query_objects shows them no more than the rest.
   */
  read?: Reasons;
  /** For what XO keeps outside the pools: the records of an estate, which has them in `stores`. */
  store?: (world: World) => StoredRecord[];
  /** The members of XO by which the REST API asks for these records. */
  members?: (records: StoredRecord[], estate: Estate) => object;
  /** For objects of pools: adds them to all sites, when these have all but their events. */
  objects?: (world: World) => void;
}

/** A collection of XO's REST API: all that this program and the test XO know of it. */
export class RestCollection {
  constructor(readonly told: Told) {}
}
