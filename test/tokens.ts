import { Tiktoken } from "js-tiktoken/lite";
import o200k from "js-tiktoken/ranks/o200k_base";
import type { Tool } from "@modelcontextprotocol/sdk/types.js";

/** Tokens that the list of the tools may have, for it is read before every conversation. */
export const ceiling = 5_550;

const tokenizer = new Tiktoken(o200k);

/** Tokens of a text, or of a value as JSON. */
export function tokensOf(value: unknown): number {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return tokenizer.encode(text).length;
}

/** Tokens of what a host shows its model of the tools; the rest is for the host. */
export function tokensOfTools(tools: readonly Tool[]): number {
  return tools
    .map(({ name, description, inputSchema }) => tokensOf({ name, description, inputSchema }))
    .reduce((sum, count) => sum + count, 0);
}
