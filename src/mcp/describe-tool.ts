import type { Tool as McpTool } from "@modelcontextprotocol/sdk/types.js";
import * as z from "zod";
import type { Tool } from "../tool.ts";

type JsonSchema = Record<string, unknown>;

/** A tool as `tools/list` shows it. The annotations are the same for all: no tool of ours can write. */
export function describeTool({ name, title, description, input, output }: Tool): McpTool {
  return {
    name,
    title,
    description,
    inputSchema: { ...inputSchema(input), type: "object" },
    outputSchema: { ...outputSchema(output), type: "object" },
    annotations: {
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    },
  };
}

/** As a caller fills it in: what has a default need not be given. */
function inputSchema(schema: z.ZodObject): JsonSchema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    io: "input",
    override: dropNeedless,
  });
  return rest;
}

/**
 * Only what is always there, one level deep. A model reads the answer itself; the whole schema of
 * every tool would cost it thousands of tokens before the first question.
 */
function outputSchema(schema: z.ZodObject): JsonSchema {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: "input" });
  const types = required.map((name) => {
    const property = properties[name];
    return [name, typeof property === "object" ? { type: property.type } : {}];
  });
  return { properties: Object.fromEntries(types), required };
}

/**
 * What is for a reader of help texts alone goes; so do bounds: zod bounds every integer
 * by what a double holds exactly, which says nothing to a reader; nor does that a count is no less
 * than 0 or 1, which each tool checks and says itself.
 */
function dropNeedless({ jsonSchema: schema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if ("inHelpAlone" in schema) {
    delete schema["inHelpAlone"];
    delete schema.enum;
  }
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === 0 || schema.minimum === 1) delete schema.minimum;
  if (schema.exclusiveMinimum === 0) delete schema.exclusiveMinimum;
  if (schema.minLength === 1) delete schema.minLength;
}
