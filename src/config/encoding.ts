/** How a text begins that tells its encoding, and the bytes of an ASCII letter without such a mark. */
const encodings = [
  { encoding: "utf-16le", mark: [0xff, 0xfe], empty: 1 },
  { encoding: "utf-16be", mark: [0xfe, 0xff], empty: 0 },
] as const;

/**
 * The text of a file, without a byte order mark; nothing if it is none. Windows writes UTF-16
 * (`echo token > file` in its PowerShell), mostly with a mark.
 */
export function decodeText(bytes: Uint8Array): string | undefined {
  const found = encodings.find(
    ({ mark, empty }) =>
      mark.every((byte, at) => bytes[at] === byte) ||
      (bytes.length > 1 && bytes[empty] === 0 && bytes[1 - empty] !== 0),
  );
  try {
    return new TextDecoder(found?.encoding ?? "utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
