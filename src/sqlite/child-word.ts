/** The hidden word by which the program starts as its own child, which runs SQLite. */
export const childWord = "--run-sql";
