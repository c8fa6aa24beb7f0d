import type { Tool as McpTool } from "@modelcontextprotocol/sdk/types.js";
import * as z from "zod";
import type { Tool } from "../tool.ts";

/** A tool as `tools/list` shows it. The annotations are the same for all: no tool of ours can write. */
export function describeTool({ name, title, description, input, output }: Tool): McpTool {
  return {
    name,
    title,
    description,
    inputSchema: { ...jsonSchema(input), type: "object" },
    outputSchema: { ...jsonSchema(output), type: "object" },
    annotations: {
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    },
  };
}

function jsonSchema(schema: z.ZodObject): Record<string, unknown> {
  // As input, so that an output schema does not forbid what a later version adds.
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    io: "input",
    override: dropBounds,
  });
  return rest;
}

/** Zod bounds every integer by what a double holds exactly, which says nothing to a reader. */
function dropBounds({ jsonSchema: schema }: { jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
}
