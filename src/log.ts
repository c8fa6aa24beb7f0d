import { createConsola } from "consola/basic";

/** What is said to a person, on stderr: stdout is data. */
export const log = createConsola({
  stdout: process.stderr,
  stderr: process.stderr,
  // Explicit, or variables of the environment would decide.
  level: 3,
  // Repeated lines of a trace are all meant.
  throttle: 0,
  formatOptions: { date: false },
});
