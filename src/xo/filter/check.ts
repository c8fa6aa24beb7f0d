import { XoError } from "../../errors.ts";
import { type Sentence, expression, ours, quoted, say } from "../../sentence.ts";
import type { Collection } from "../routes.ts";
import { type Definitions, definitionsOf } from "./definitions.ts";
import { type Leaf, leavesOf, written, writtenLeaf } from "./leaves.ts";
import { type Objection, objectionTo, objectionToWay } from "./objections.ts";
import { parseFilter } from "./terms.ts";
import { flawsBetween } from "./words.ts";

/**
 * Compares a filter with what its fields are by definition, before it is sent: XO answers what can
 * never hold with an empty list, and its opposite with everything, both without a word. What may be
 * meant all the same is warned of.
 * @throws XoError `usage` with what to write instead
 */
export async function checkFilter(
  collection: Collection,
  filter: string,
  warn: (text: Sentence) => void,
): Promise<void> {
  const parsed = parseFilter(filter);
  const between = flawsBetween("terms" in parsed ? parsed.terms : []);
  refuse(between.objections[0]);
  const definitions = await definitionsOf(collection);
  for (const leaf of leavesOf(filter)) {
    const objection = objectionByDefinition(leaf, definitions);
    if (objection?.isSure === true) refuse(objection, expression(writtenLeaf(leaf)));
    else if (objection !== undefined) warn(sentence(objection, expression(writtenLeaf(leaf))));
    const doubt = doubtOf(leaf);
    if (doubt !== undefined) warn(say`${expression(writtenLeaf(leaf))}: ${doubt}.`);
  }
  for (const warning of between.warnings) warn(warning);
}

function refuse(objection: Objection | undefined, condition?: Sentence): void {
  if (objection === undefined) return;
  const { because, write } = objection;
  throw new XoError(
    "usage",
    say`The filter cannot mean what it says: ${condition === undefined ? "" : say`${condition}: `}${because}.`,
    say`Write ${write}.`,
  );
}

function sentence({ because, write }: Objection, condition: Sentence): Sentence {
  return say`The filter's ${condition}: ${because}. Write ${write}.`;
}

/** A field of several kinds is objected to only if none of them fits. */
function objectionByDefinition(
  leaf: Leaf,
  definitions: Definitions,
): (Objection & { isSure: boolean }) | undefined {
  const place = definitions.at(leaf.path);
  if (place.is === "inside") {
    return { ...objectionToWay(leaf, place.of, place.kinds), isSure: true };
  }
  if (place.is !== "known") return notANumber(leaf);
  const objections = place.kinds.map((kind) => objectionTo(leaf, kind, place.names));
  const [first] = objections;
  if (first === undefined || objections.includes(undefined)) return notANumber(leaf);
  // Whether it is there at all may be what was asked.
  return { ...first, isSure: leaf.asked.kind !== "set" || !place.optional };
}

/** XO itself refuses this, of whatever field. */
function notANumber({ path, asked }: Leaf): (Objection & { isSure: boolean }) | undefined {
  if (asked.kind !== "comparison" || !Number.isNaN(Number(asked.limit))) return undefined;
  return {
    because: say`< and > need a number, and ${quoted(asked.limit)} is none`,
    write: expression(`${written(path)}:${asked.sign}4`),
    isSure: true,
  };
}

/** The parameter that takes the name of an object of which a field holds the id. */
const takesName = new Map([
  ["$pool", "pool_id"],
  ["$poolId", "pool_id"],
  ["$host", "host_id"],
  ["$container", "host_id or pool_id"],
  ["$SR", "sr_id"],
  ["$VM", "vm_id"],
  ["$network", "network_id"],
]);

/** What is rarely meant, though it may be. */
function doubtOf({ path, asked }: Leaf): Sentence | undefined {
  if (asked.kind !== "value") return undefined;
  const name = expression(written(path));
  if (asked.text === "" && asked.form === "quoted") {
    return say`an empty text is part of every text, so all that have one match; without any is !${name}?`;
  }
  if (asked.form !== "plain") return undefined;
  if (/[^\d.]\.\*|\$$/.test(asked.text)) {
    return say`a regular expression stands between slashes, ${expression(`${written(path)}:/${asked.text}/`)}; without them * alone has a meaning`;
  }
  if (/^(?:null|undefined|nil)$/i.test(asked.text)) {
    return say`the letters ${quoted(asked.text)} are looked for; without any is !${name}?`;
  }
  const parameter = takesName.get(path.at(-1) ?? "");
  if (parameter !== undefined && /[^0-9a-f*-]/i.test(asked.text)) {
    return say`${name} holds an id, not a name: use ${ours(parameter)} where the tool has it, which takes a name; else find_objects tells the id`;
  }
  return undefined;
}
