import { type ErrorKind, XoError } from "../errors.ts";
import { type Sentence } from "../sentence.ts";

/** A failure that the same request may not meet again in a moment. */
export class TransientError extends XoError {
  constructor(
    kind: ErrorKind,
    message: Sentence,
    hint: Sentence,
    /** Milliseconds that the server asked to wait. */
    readonly pause?: number,
  ) {
    super(kind, message, hint);
  }
}
