type Row = Record<string, unknown>;

/** A list's own keys: they are of what the account sees, as `of` says; `hints` explain what is listed. */
const own = new Set([
  ...["items", "total", "returned", "next_offset", "of", "hints", "warnings"],
  // Checks that this account does not know of, and groups of what it may see.
  ...["counts.unknown", "items.count"],
]);

/** What tells which item of a list is which, where it has no id. */
const keys = ["check", "at", "raised_at", "name", "host_id", "what", "value", "device", "why"];

/** What comes to another figure with every call. */
const moving = /(?:_ago|^age|_hours)$/;

/**
 * How an answer to somebody who sees less differs from the whole one in a way that nobody could
 * tell: a "none" that is none, a figure that is another, a part that is gone without a word.
 */
export function differences(less: unknown, whole: unknown): string[] {
  if (!isRow(less) || !isRow(whole)) return ["is no answer"];
  const leftOut = notedIn(less, "Not told");
  const short = notedIn(less, "Perhaps not all of");

  const compare = (a: unknown, b: unknown, path: string): string[] => {
    if (Array.isArray(a) && Array.isArray(b)) return compareLists(a, b, path);
    if (isRow(a) && isRow(b)) return compareRows(a, b, path);
    if (JSON.stringify(a) === JSON.stringify(b) || moving.test(path)) return [];
    if (isBare(a)) return [`${path} is ${JSON.stringify(a)}, not ${shortly(b)}`];
    return typeof a === "number" && !isNoted(path, short) ? [`${path} is ${a}, not ${b}`] : [];
  };
  const compareRows = (a: Row, b: Row, path: string): string[] => {
    // Its own verdict on what is not seen, with the reason beside it.
    const isUnknown = a["verdict"] === "unknown" && typeof a["reason"] === "string";
    const found = [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) => {
      const inner = path === "" ? key : `${path}.${key}`;
      if (own.has(inner)) return [];
      if (key in a && key in b) return compare(a[key], b[key], inner);
      if (key in a) return isBare(a[key]) ? [`${inner} is ${JSON.stringify(a[key])}`] : [];
      return isUnknown || isNoted(inner, leftOut) ? [] : [`${inner} is gone: ${shortly(b[key])}`];
    });
    // A finding says itself that something of it is not known.
    return typeof a["unknown"] === "string" ? found.filter((each) => !/is gone/.test(each)) : found;
  };
  const compareLists = (a: readonly unknown[], b: readonly unknown[], path: string): string[] => {
    if (a.length === 0 && b.length > 0) return [`${path} is []`];
    return a.flatMap((item) => {
      const tries = b
        .filter((other) => isSame(item, other))
        .map((other) => compare(item, other, path));
      // Where several may be meant, the one that is most alike is.
      return tries.toSorted((x, y) => x.length - y.length)[0] ?? [];
    });
  };
  return [...new Set([...compareRows(less, whole, ""), ...listed(less, whole, compareLists)])];
}

/** The list of an answer's own: what is in it is told like everything else. */
function listed(
  less: Row,
  whole: Row,
  compareLists: (a: unknown[], b: unknown[], path: string) => string[],
): string[] {
  const [items, all] = [less["items"], whole["items"]];
  if (!Array.isArray(items) || !Array.isArray(all)) return [];
  if (items.length < all.length && less["of"] === undefined) {
    return [`items has ${items.length} of ${all.length} without of`];
  }
  if (items.length > 0 || all.length === 0) return compareLists(items, all, "items");
  const isSaid = saidIn(less).some((text) =>
    text.startsWith("That nothing is listed does not say"),
  );
  return isSaid ? [] : ["items is [] without a reason"];
}

function saidIn({ warnings }: Row): string[] {
  return Array.isArray(warnings) ? warnings.map(String) : [];
}

/** The paths that an answer names, in a sentence of its own for each reason. */
function notedIn(answer: Row, head: string): string[] {
  return saidIn(answer).flatMap((text) => {
    const [, paths] = new RegExp(`^${head}: ([^ (]+(?:, [^ (]+)*) \\(`).exec(text) ?? [];
    return paths?.split(", ") ?? [];
  });
}

/** Whether a part is named, or what it is in, or all that was in it. */
function isNoted(path: string, noted: readonly string[]): boolean {
  return noted.some((each) => `${path}.`.startsWith(`${each}.`) || each.startsWith(`${path}.`));
}

/** Whether a value says that there is nothing. */
function isBare(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isRow(value)) return Object.keys(value).length === 0;
  return [0, false, null, "", "none", "nothing", "no"].some((bare) => bare === value);
}

function isSame(a: unknown, b: unknown): boolean {
  if (!isRow(a) || !isRow(b)) return JSON.stringify(a) === JSON.stringify(b);
  if ("id" in a && "id" in b) return a["id"] === b["id"];
  const shared = keys.filter((key) => key in a && key in b);
  return shared.length > 0 && shared.every((key) => a[key] === b[key]);
}

function isRow(value: unknown): value is Row {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function shortly(value: unknown): string {
  return String(JSON.stringify(value)).slice(0, 60);
}
