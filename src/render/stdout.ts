/** Writes data to stdout and waits until it is handed over. A reader that has gone is no error. */
export function writeStdout(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.once("error", (error) => {
      // `| head -1` has read what it wanted.
      if ("code" in error && error.code === "EPIPE") process.exit(0);
      reject(error);
    });
    process.stdout.write(text, () => resolve());
  });
}
