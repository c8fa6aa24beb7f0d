import * as z from "zod";
import { type Sentence, ours, say, together } from "../sentence.ts";
import { parseJson } from "../json.ts";
import { hostArguments } from "./host-arguments.ts";

/** A tool's input as `tools/list` publishes it. */
const Published = z.object({
  properties: z.record(z.string(), z.looseObject({ type: z.string() })).default({}),
  required: z.array(z.string()).default([]),
});

/** The parameters that hold several names in one text. */
const commaSeparated = new Set(["fields", "sort"]);

export interface ReadArguments {
  args: Record<string, unknown>;
  /** What was left out of them, to be told. */
  remarks: Sentence[];
}

/**
 * The arguments of a call as the tool's strict schema takes them: what is null or, where it may be
 * absent, empty is absent; what has one meaning in another type is taken so; what hosts add by
 * themselves is left out. All else stays as it is, and is refused by the schema.
 */
export function readArguments(inputSchema: unknown, given: object): ReadArguments {
  const { properties, required } = Published.parse(inputSchema);
  const added = hostArguments.filter(
    ({ name, toNoneAlone }) =>
      Object.hasOwn(given, name) &&
      !Object.hasOwn(properties, name) &&
      (toNoneAlone !== true || Object.keys(properties).length === 0),
  );
  const left = new Set(added.map(({ name }) => name));
  const entries = Object.entries(given).flatMap(([name, value]: [string, unknown]) => {
    const isAbsent = value === null || (value === "" && !required.includes(name));
    if (left.has(name) || isAbsent) return [];
    const type = Object.hasOwn(properties, name) ? properties[name]?.type : undefined;
    return [[name, meant(type, value, commaSeparated.has(name))]];
  });
  const names = added.map(({ name, by }) => say`${ours(name)} (${ours(by)})`);
  return {
    args: Object.fromEntries(entries),
    remarks:
      added.length === 0
        ? []
        : [say`Left out, for hosts add it by themselves: ${together(names, ", ")}.`],
  };
}

/** A value in the type of its parameter, where it can mean nothing else. */
function meant(type: string | undefined, value: unknown, isSeveral: boolean): unknown {
  switch (type) {
    case "integer":
    case "number":
      return typeof value === "string" && /^\s*-?\d+(?:\.\d+)?\s*$/.test(value)
        ? Number(value)
        : value;
    case "boolean": {
      const word = typeof value === "string" ? value.trim().toLowerCase() : "";
      return word === "true" || word === "false" ? word === "true" : value;
    }
    case "array":
      return typeof value === "string" ? (listIn(value) ?? splitList(value)) : value;
    case "string":
      return meantText(value, isSeveral);
    default:
      return value;
  }
}

function meantText(value: unknown, isSeveral: boolean): unknown {
  if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
  const list = typeof value === "string" && isSeveral ? listIn(value) : value;
  if (!Array.isArray(list) || !list.every((one) => typeof one === "string")) return value;
  return isSeveral || list.length === 1 ? list.join(",") : value;
}

/** A list that came as its JSON. */
function listIn(text: string): unknown[] | undefined {
  const value = text.trimStart().startsWith("[") ? parseJson(text) : undefined;
  return Array.isArray(value) ? value : undefined;
}

/** As on the command line. */
function splitList(text: string): string[] {
  return text.split(",").map((part) => part.trim());
}
