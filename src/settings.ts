import { type Config, readConfig, readTimeout } from "./config.ts";
import { toXoError, type XoError } from "./errors.ts";
import { type Sentence } from "./sentence.ts";
import { inTime } from "./xo/in-time.ts";

/** How long a call may take whose settings cannot be read, in milliseconds. */
const standardTimeout = 30_000;

/** The settings of this process: read when a call needs them, so that `serve` starts without. */
export class Settings {
  #config: Config | undefined;
  #reading: Promise<Config> | undefined;
  #untold: Sentence[];

  /** @param remarks what is known of them beforehand, to be told with their own warnings */
  constructor(remarks: readonly Sentence[] = []) {
    this.#untold = [...remarks];
  }

  /** Once they were read without an error. */
  get config(): Config | undefined {
    return this.#config;
  }

  /** Milliseconds that a call may take. */
  get timeout(): number {
    try {
      return readTimeout();
    } catch {
      // Whoever needs the settings meets the same error and reports it.
      return standardTimeout;
    }
  }

  /**
   * The settings, or what is wrong with them: then the next call reads them again.
   * @throws the signal's reason
   */
  async read(signal: AbortSignal): Promise<Config | XoError> {
    // A pipe can be read once, so calls at the same time wait for one reading, which no one's end ends.
    this.#reading ??= this.#readAll();
    const reading = this.#reading.catch((error: unknown) => toXoError(error));
    return inTime(reading, signal);
  }

  /** What a person should know about them, as long as no answer has told it. */
  get untold(): readonly Sentence[] {
    return this.#untold;
  }

  /** These were told in an answer. */
  told(warnings: readonly string[]): void {
    this.#untold = this.#untold.filter((text) => !warnings.includes(text));
  }

  async #readAll(): Promise<Config> {
    try {
      // A part of the call's time, so that there is some left to tell what was not there.
      this.#config = await readConfig(AbortSignal.timeout(this.timeout / 2));
    } catch (error) {
      this.#reading = undefined;
      throw error;
    }
    this.#untold.push(...this.#config.warnings);
    return this.#config;
  }
}
