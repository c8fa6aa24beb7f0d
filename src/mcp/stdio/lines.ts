/** Bytes of the longest message. */
const longest = 10 * 1024 * 1024;

/** Bytes of a longer one that are looked at, for whom to answer. */
const looked = 64 * 1024;

/** A whole line, or how one begins that is too long. */
export type Line = { text: string } | { head: string };

const newline = 0x0a;

/** Lines of what comes in pieces of any size. */
export class Lines {
  #parts: Buffer[] = [];
  #length = 0;
  /** Within a line that is too long, up to its end. */
  #skips = false;
  #isFirst = true;

  /** The lines that this piece ends; of one that gets too long with it, the beginning at once. */
  *take(piece: Buffer): Generator<Line> {
    let from = 0;
    for (let end = piece.indexOf(newline); end !== -1; end = piece.indexOf(newline, from)) {
      yield* this.#add(piece.subarray(from, end));
      if (!this.#skips) yield { text: this.#text() };
      this.#clear();
      this.#skips = false;
      from = end + 1;
    }
    yield* this.#add(piece.subarray(from));
  }

  *#add(part: Buffer): Generator<Line> {
    if (this.#skips || part.length === 0) return;
    this.#parts.push(part);
    this.#length += part.length;
    if (this.#length <= longest) return;
    this.#parts = [Buffer.concat(this.#parts).subarray(0, looked)];
    yield { head: this.#text() };
    this.#clear();
    this.#skips = true;
  }

  #clear(): void {
    this.#parts = [];
    this.#length = 0;
  }

  /** Without the byte order mark that some write before the first, and the CR of a CRLF. */
  #text(): string {
    const text = Buffer.concat(this.#parts).toString("utf8");
    const plain = this.#isFirst ? text.replace(/^\uFEFF/, "") : text;
    this.#isFirst = false;
    return plain.endsWith("\r") ? plain.slice(0, -1) : plain;
  }
}
