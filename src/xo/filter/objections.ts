import { expression, listed, quoted, say, together, type Sentence } from "../../sentence.ts";
import type { Kind } from "./definitions.ts";
import { type Leaf, inQuotes, written } from "./leaves.ts";
import { figureMeant } from "./figures.ts";

/** Why a condition decides nothing, whatever the records hold, and what to write instead. */
export interface Objection {
  because: Sentence;
  /** What is written instead, in words for the end of a sentence: "write …". */
  write: Sentence;
}

/** What a field of this kind can never be, or always is. */
export function objectionTo(
  leaf: Leaf,
  kind: Kind,
  names: readonly string[],
): Objection | undefined {
  switch (kind) {
    case "flag":
      return objectionToFlag(leaf);
    case "list":
      return objectionToList(leaf);
    case "map":
      return objectionToMap(leaf, names);
    case "said":
    case "text":
      return undefined;
    default:
      return objectionToNumber(leaf, kind);
  }
}

/** `true` and `false` are told of beside the answer, as the instructions say. */
function objectionToFlag({ path, asked }: Leaf): Objection | undefined {
  if (asked.kind !== "value" || asked.source === "true" || asked.source === "false")
    return undefined;
  const name = expression(written(path));
  return {
    because: say`${name} is true or false, and no text or number`,
    write: say`${name}? for yes, !${name}? for no`,
  };
}

function objectionToNumber({ path, asked }: Leaf, kind: Kind): Objection | undefined {
  const name = expression(written(path));
  if (asked.kind === "set") return undefined;
  if (asked.kind === "comparison") {
    return Number.isNaN(Number(asked.limit))
      ? {
          because: say`< and > need a number, and ${quoted(asked.limit)} is none`,
          write: expression(
            `${name}:${asked.sign}${figureMeant(asked.limit, kind) ?? example(kind)}`,
          ),
        }
      : undefined;
  }
  if (asked.form === "plain" && !Number.isNaN(Number(asked.text))) return undefined;
  const [, sign = "", text = ""] = /^([<>]=?)?\s*(.*)$/.exec(asked.text.trim()) ?? [];
  const [, least, most] = /^(\d[\d.]*)(?:-|\.\.)(\d[\d.]*)$/.exec(text) ?? [];
  const range = least !== undefined && most !== undefined;
  const figure = figureMeant(text, kind);
  const because =
    asked.form === "quoted" && !Number.isNaN(Number(text)) && text !== ""
      ? say`${name} is a number, and in quotes it is a text`
      : say`${name} is ${describe(kind)}, and ${quoted(asked.source)} is a text`;
  if (range && figure === undefined) {
    return { because, write: say`${name}:(>=${quoted(least)} <=${quoted(most)})` };
  }
  const from = kind === "seconds" || kind === "milliseconds" ? ">=" : "";
  return { because, write: expression(`${name}:${sign || from}${figure ?? example(kind)}`) };
}

function objectionToList({ path, asked }: Leaf): Objection | undefined {
  const name = expression(written(path));
  if (asked.kind === "set") {
    return {
      because: say`${name} is a list, and an empty list is set too`,
      write: say`${name}:length:>0 for any, ${name}:length:0 for none`,
    };
  }
  return asked.kind === "comparison"
    ? {
        because: say`${name} is a list, and < and > compare numbers`,
        write: expression(`${name}:length:${asked.sign}${asked.limit}`),
      }
    : undefined;
}

function objectionToMap({ path, asked }: Leaf, names: readonly string[]): Objection | undefined {
  const name = expression(written(path));
  const inner = names.find((one) => /^(?:size|number|total)$/.test(one)) ?? names[0];
  const inside = names.length === 0 ? "" : say`; it has ${listed(names)}`;
  if (asked.kind === "set") {
    return {
      because: say`${name} is a map, and an empty map is set too${inside}`,
      write:
        inner === undefined
          ? say`${name}:* for any, !${name}:* for none`
          : say`${name}:${quoted(inner)}?`,
    };
  }
  if (asked.kind !== "comparison") return undefined;
  const figure = figureMeant(asked.limit, "number") ?? asked.limit;
  return {
    because: say`${name} is a map, and < and > compare numbers${inside}`,
    write: expression(`${name}:${inner ?? "name"}:${asked.sign}${figure}`),
  };
}

/** For a way that goes on below something in which nothing stands: a colon in a text without quotes. */
export function objectionToWay(
  { path, asked }: Leaf,
  of: readonly string[],
  kinds: readonly Kind[],
): Objection {
  const name = expression(written(of));
  const rest = path.slice(of.length);
  const isText = kinds.includes("text") || kinds.includes("list");
  const text = [...rest, ...(asked.kind === "value" ? [asked.text] : [])].join(":");
  return {
    because: say`${name} is ${together(
      kinds.map((kind) => say`${describe(kind)}`),
      " or ",
    )}, and nothing stands in it`,
    write: isText
      ? say`${name}:${expression(inQuotes(text))}: a text with a colon stands in double quotes`
      : kinds.includes("flag")
        ? say`${name}? or !${name}?`
        : say`${name}:>0`,
  };
}

function describe(kind: Kind) {
  const words = {
    flag: "true or false",
    list: "a list",
    map: "a map",
    milliseconds: "a time in milliseconds since 1970",
    number: "a number",
    said: "an error",
    seconds: "a time in seconds since 1970",
    text: "a text",
  } as const satisfies Record<Kind, string>;
  return words[kind];
}

function example(kind: Kind) {
  return kind === "number" ? "4" : kind === "seconds" ? "1767225600" : "1767225600000";
}
