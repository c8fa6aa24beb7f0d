import {
  CallToolRequestSchema,
  ErrorCode,
  GetPromptRequestSchema,
  InitializeRequestSchema,
  type JSONRPCMessage,
  JSONRPCMessageSchema,
  ListPromptsRequestSchema,
  ListToolsRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { parseJson } from "../../json.ts";
import { cleanText } from "../../untrusted.ts";
import { idIn } from "./id-in.ts";
import type { Line } from "./lines.ts";

/** An answer to what the protocol's library would not hand on; without a known id it is null. */
export interface Refusal {
  jsonrpc: "2.0";
  id: string | number | null;
  error: { code: number; message: string };
}

export type Read = { message: JSONRPCMessage } | { refusal: Refusal };

type Fields = Record<string, unknown>;

/** The requests with params, by their method. */
const requests = new Map(
  [
    InitializeRequestSchema,
    ListToolsRequestSchema,
    CallToolRequestSchema,
    ListPromptsRequestSchema,
    GetPromptRequestSchema,
  ].map((schema) => [String(schema.shape.method.value), schema]),
);

/**
 * The messages in a line: mostly one, several in a batch, none in what has no id to be answered.
 * What can only mean one thing is taken so: `params: null` is none, and so is each of them that is.
 */
export function readMessages(line: Line): Read[] {
  if ("head" in line) {
    const id = idIn(line.head);
    const error = refuse(id, ErrorCode.InvalidRequest, "The message is longer than 10 MiB.");
    return id === undefined ? [] : [error];
  }
  const value = parseJson(line.text);
  if (value === undefined) {
    const id = idIn(line.text);
    return id === undefined ? [] : [refuse(id, ErrorCode.ParseError, "The message is no JSON.")];
  }
  return (Array.isArray(value) ? value : [value]).flatMap(readMessage);
}

function readMessage(value: unknown): Read[] {
  if (!isFields(value)) return [];
  const fields = forgiven(value);
  const { success, data } = JSONRPCMessageSchema.safeParse(fields);
  if (success) {
    if (!("id" in data && "method" in data)) return [{ message: data }];
    const fault = faultOfParams(data);
    if (fault !== undefined) return [refuse(data.id, ErrorCode.InvalidParams, fault)];
    return [{ message: data }];
  }
  // An answer needs none.
  const isAnswer = !("method" in fields) && ("result" in fields || "error" in fields);
  if (!("id" in fields) || isAnswer) return [];
  return [refuse(fields["id"], ...faultOf(fields))];
}

/** The library would tell it as an internal error, in the words of its parser. */
function faultOfParams({
  method,
  params,
}: {
  method: string;
  params?: unknown;
}): string | undefined {
  const parsed = requests.get(method)?.safeParse({ method, params });
  const [issue] = parsed?.error?.issues ?? [];
  return issue && `${method}: ${issue.path.join(".")}: ${issue.message}.`;
}

function faultOf({ jsonrpc, id, method, params }: Fields): [ErrorCode, string] {
  if (jsonrpc !== "2.0") return [ErrorCode.InvalidRequest, 'A message has "jsonrpc": "2.0".'];
  if (typeof method !== "string") return [ErrorCode.InvalidRequest, "A request has a method."];
  if (typeof id !== "string" && !Number.isSafeInteger(id)) {
    return [ErrorCode.InvalidRequest, "An id is a text or a whole number."];
  }
  const name = JSON.stringify(cleanText(method, 80));
  return params === undefined || isFields(params)
    ? [ErrorCode.InvalidRequest, `The request ${name} has fields that no request has.`]
    : [ErrorCode.InvalidParams, `The params of ${name} are an object.`];
}

function refuse(id: unknown, code: ErrorCode, message: string): { refusal: Refusal } {
  const known = typeof id === "string" || typeof id === "number" ? id : null;
  return { refusal: { jsonrpc: "2.0", id: known, error: { code, message } } };
}

/** Without what is null or an empty list where an object belongs: some languages write none so. */
function forgiven({ params, ...rest }: Fields): Fields {
  if (isNothing(params)) return rest;
  if (!isFields(params)) return { ...rest, params };
  const given = Object.entries(params).filter(([, value]) => value !== null);
  const plain = Object.fromEntries(given);
  return { ...rest, params: rest["method"] === "tools/call" ? withArguments(plain) : plain };
}

/** The arguments of a tool as an object, also where they are its text. */
function withArguments({ arguments: args, ...rest }: Fields): Fields {
  const value = typeof args === "string" && args.trim() !== "" ? parseJson(args) : args;
  if (isNothing(value) || value === "") return rest;
  return { ...rest, arguments: value };
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
