import { expect } from "bun:test";

/** Whether what is held is written anew, and not compared. */
export const updating = process.env["UPDATE"] === "1";

/** What a failing comparison says; `what` is the file that differs. */
export function whenMeant(what: string): string {
  return `${what} differs. If that is meant, run this test file with UPDATE=1 before it: UPDATE=1 bun test …`;
}

/** The public surface, word for word, in a file of `test/golden`: a change to it must be seen in review. */
export async function expectGolden(name: string, text: string): Promise<void> {
  const file = Bun.file(`${import.meta.dir}/golden/${name}`);
  if (updating) await file.write(text);
  expect(text, whenMeant(`test/golden/${name}`)).toBe(
    (await file.exists()) ? await file.text() : "",
  );
}
