import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import {
  CallToolRequestSchema,
  type CallToolResult,
  ErrorCode,
  GetPromptRequestSchema,
  ListPromptsRequestSchema,
  ListToolsRequestSchema,
  McpError,
} from "@modelcontextprotocol/sdk/types.js";
import { toXoError, XoError } from "../errors.ts";
import { listed, quoted, say } from "../sentence.ts";
import { nearest } from "../nearest.ts";
import type { Session } from "../session.ts";
import { tools } from "../tools/index.ts";
import { cleanText } from "../untrusted.ts";
import { version } from "../version.ts";
import { instructions } from "./instructions.ts";
import * as prompts from "./prompts/index.ts";
import { readArguments } from "./read-arguments.ts";
import { toolList } from "./tool-list.ts" with { type: "macro" };

const published = toolList();

/**
 * The MCP server over a session: the tools and prompts, and nothing that needs XO before a tool is
 * called. The SDK's low-level server, because McpServer rewrites errors and adds to each tool.
 */
export function createServer(session: Session): Server {
  const server = new Server(
    { name: "xo-mcp", title: "Xen Orchestra (read-only)", version },
    { capabilities: { tools: {}, prompts: {} }, instructions },
  );

  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: published }));

  server.setRequestHandler(CallToolRequestSchema, ({ params }, { signal }) =>
    answer(session, params.name, params.arguments ?? {}, signal),
  );

  server.setRequestHandler(ListPromptsRequestSchema, () => ({
    prompts: Object.values(prompts).map(({ name, title, description }) => ({
      name,
      title,
      description,
    })),
  }));

  server.setRequestHandler(GetPromptRequestSchema, ({ params }) => {
    const prompt = Object.values(prompts).find(({ name }) => name === params.name);
    if (prompt === undefined) {
      throw new McpError(
        ErrorCode.InvalidParams,
        `There is no prompt ${JSON.stringify(cleanText(params.name, 80))}.`,
      );
    }
    const { description, text } = prompt;
    return { description, messages: [{ role: "user", content: { type: "text", text } }] };
  });

  return server;
}

async function answer(
  session: Session,
  name: string,
  given: object,
  signal: AbortSignal,
): Promise<CallToolResult> {
  try {
    const load = tools.get(name);
    if (load === undefined) throw unknownTool(name);
    const { inputSchema } = published.find((tool) => tool.name === name) ?? {};
    const { args, remarks } = readArguments(inputSchema, given);
    const data = await session.call(await load(), args, { signal, remarks });
    // Hosts differ in which of the two they show the model, so both hold everything.
    return { structuredContent: data, content: [{ type: "text", text: JSON.stringify(data) }] };
  } catch (error) {
    return { isError: true, content: [{ type: "text", text: String(toXoError(error)) }] };
  }
}

function unknownTool(name: string): XoError {
  const names = [...tools.keys()];
  const meant = nearest(name, names);
  return new XoError(
    "usage",
    say`There is no tool ${quoted(name)}${meant === undefined ? "." : say`; did you mean ${quoted(meant)}?`}`,
    say`All tools read and none writes: ${listed(names)}. Changes are made in XO's own interface.`,
  );
}
