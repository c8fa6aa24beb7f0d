const COMPACT = /^(\d{4})(\d{2})(\d{2})T(\d{2}):?(\d{2}):?(\d{2})Z$/;

/** XAPI's date (`20261122T11:50:09Z`), or any date that JavaScript reads, in Unix seconds. */
export function parseDateTime(input) {
  if (typeof input === "number") return input;
  const milliseconds = Date.parse(input.replace(COMPACT, "$1-$2-$3T$4:$5:$6Z"));
  if (Number.isNaN(milliseconds)) throw new RangeError(`unable to parse the date ${input}`);
  return Math.round(milliseconds / 1000);
}
