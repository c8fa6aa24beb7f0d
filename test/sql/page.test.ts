import { describe, expect, test } from "bun:test";
import { pages } from "../../src/help/index.ts";

/** A question and its statement: what stands between two blank lines and begins so. */
const examples = (pages.get("sql")?.text ?? "")
  .split(/\n\n+/)
  .filter((part) => part.startsWith("-- "))
  .map((part) => {
    const [question = "", ...statement] = part.trim().split("\n");
    return [question.slice(3), statement.join(" ")] as const;
  });

const plain = (text: string) => text.replace(/\s+/g, " ");

describe("xo-mcp help sql", () => {
  test("has twenty questions", () => {
    expect(examples).toHaveLength(20);
  });

  // Asked there on both estates, with an answer that is known.
  test.each(examples)("%s", async (question, statement) => {
    const files = [...new Bun.Glob("*.test.ts").scanSync(import.meta.dir)];
    const asked = await Promise.all(
      files.map((name) => Bun.file(`${import.meta.dir}/${name}`).text()),
    );
    const where = asked.filter((text) => plain(text).includes(`asks: ${JSON.stringify(question)}`));
    expect(where.filter((text) => plain(text).includes(plain(statement)))).toHaveLength(1);
  });
});
