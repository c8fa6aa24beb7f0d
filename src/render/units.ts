// XO's own fields that hold bytes, where the name does not say so.
const byteFields =
  /(?:_bytes|^size|^usage|^physical_usage|\.size|\.usage|memory\.(?:dynamic|static))$/;

/** The unit of the bytes that a column of this name holds, if it holds any. */
export function byteUnit(name: string): "bytes" | "bytes/s" | undefined {
  if (name.endsWith("_bytes_per_second")) return "bytes/s";
  return byteFields.test(name) ? "bytes" : undefined;
}

/** Bytes as people read them, in powers of 1024: 4 GiB, 1.5 TiB. */
function humanBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1);
  const value = bytes / 1024 ** power;
  return `${Number(value.toFixed(value < 10 ? 1 : 0))} ${units[power]}`;
}

/** A figure in a unit that stands beside it: 12.5 %, 4 GiB, 1.2 MiB/s. */
export function withUnit(value: number, unit: string): string {
  const [first = "", ...rest] = unit.split("/");
  if (first === "bytes") return [humanBytes(value), ...rest].join("/");
  return unit === "" ? String(value) : `${value} ${unit}`;
}
