// XO's own fields that hold bytes, where the name does not say so.
const byteFields =
  /(?:_bytes|^size|^usage|^physical_usage|\.size|\.usage|memory\.(?:dynamic|static))$/;

/** Whether a column of this name holds bytes. */
export function holdsBytes(name: string): boolean {
  return byteFields.test(name);
}

/** Bytes as people read them, in powers of 1024: 4 GiB, 1.5 TiB. */
export function humanBytes(bytes: number): string {
  const units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
  const power = bytes < 1 ? 0 : Math.min(Math.floor(Math.log2(bytes) / 10), units.length - 1);
  const value = bytes / 1024 ** power;
  return `${Number(value.toFixed(value < 10 ? 1 : 0))} ${units[power]}`;
}
