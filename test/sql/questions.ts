import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Client } from "@modelcontextprotocol/sdk/client/index.js";
import * as z from "zod";
import { tables } from "../../src/sql/schema.ts";
import { type Answer, ask, connect, signIn, useXo } from "../harness.ts";
import type { Estate } from "../xo/estate/estate.ts";

export type Cell = string | number | null;

/** A question of an administrator, as one statement, with the answer that the estate's plan gives. */
export interface Question {
  asks: string;
  sql: string;
  /** The rows, by the estate alone. */
  rows(estate: Estate): (Cell | undefined)[][];
  /** Whether their order is part of the answer. */
  inOrder?: boolean;
  /** Where "none" is the point; every other answer has rows, and not of 0 alone. */
  isNone?: boolean;
}

const Rows = z.array(z.array(z.union([z.string(), z.number(), z.null()])));

/** The rows of an answer of query_sql. */
export function rowsOf(answer: Answer): Cell[][] {
  return Rows.parse(answer["rows"]);
}

/** Asks all questions on a small and on a large estate, with narrow reading and with everything loaded. */
export function askAll(questions: readonly Question[]): void {
  describe.each(["small", "large"] as const)("%s", (size) => {
    const fixture = useXo({ size });
    let client: Client;
    beforeAll(async () => {
      client = await connect({ ...signIn(fixture.xo), XO_MCP_MAX_CHARS: "1000000" });
    });
    afterAll(() => client.close());

    test.each(questions.map((question) => [question.asks, question] as const))(
      "%s",
      async (_, { sql, rows, inOrder = false, isNone = false }) => {
        const arranged = (found: Cell[][]) => (inOrder ? found : found.toSorted(byText));
        const expected = rows(fixture.xo.estate).map((row) => row.map((cell) => cell ?? null));
        const answer = rowsOf(await ask(client, "query_sql", { sql }));
        expect(arranged(answer)).toEqual(arranged(expected));
        expect(answer.flat().some((cell) => cell !== null && cell !== 0)).toBe(!isNone);
        const whole = rowsOf(await ask(client, "query_sql", { sql: withAllColumns(sql) }));
        expect(whole.toSorted(byText)).toEqual(answer.toSorted(byText));
      },
    );
  });
}

/** The same statement, for which every column of its tables has to be read. */
function withAllColumns(sql: string): string {
  const named = [...tables.keys()].filter((name) => new RegExp(`\\b${name}\\b`, "i").test(sql));
  const all = named.map((name) => `(select count(*) from (select * from ${name})) is not null`);
  return `select * from (${sql}) where ${all.join(" and ")}`;
}

function byText(a: readonly Cell[], b: readonly Cell[]): number {
  const [left, right] = [JSON.stringify(a), JSON.stringify(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}
