import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as wait } from "node:timers/promises";
import type { FaultRule, Site } from "./control-api.ts";

/** The rules in force, and how often each may still apply. */
export class Faults {
  #rules: { rule: FaultRule; left: number }[] = [];

  set(rules: readonly FaultRule[]): void {
    this.#rules = rules.map((rule) => ({ rule, left: rule.times ?? Infinity }));
  }

  /** The rule that applies to a request, which uses it up once. */
  take(site: Site, request: IncomingMessage): FaultRule | undefined {
    const active = this.#rules.find(
      ({ rule: { match }, left }) =>
        left > 0 &&
        (match.site ?? "xo") === site &&
        (match.method ?? request.method) === request.method &&
        (match.path === undefined || new RegExp(match.path).test(request.url ?? "")),
    );
    if (active === undefined) return undefined;
    active.left--;
    return active.rule;
  }
}

/** Lets a fault happen to a response; false when the real answer is still to come. */
export async function happen(rule: FaultRule, response: ServerResponse): Promise<boolean> {
  if (rule.delayMs !== undefined) await wait(rule.delayMs);
  if (rule.drop === "before") {
    response.socket?.destroy();
    return true;
  }
  const body = bodyOf(rule);
  if (rule.drop === undefined && rule.status === undefined && body === undefined) return false;

  const bytes = body ?? Buffer.from(rule.drop === undefined ? "" : "[".padEnd(1000));
  response.writeHead(rule.status ?? 200, {
    "content-type": "application/json; charset=utf-8",
    "content-length": String(bytes.length),
    ...rule.headers,
  });
  if (rule.drop === undefined) {
    response.end(bytes);
    return true;
  }
  response.flushHeaders();
  if (rule.drop === "body") response.write(bytes.subarray(0, bytes.length / 2));
  // What was written has to leave before the connection breaks.
  await wait(50);
  response.socket?.destroy();
  return true;
}

function bodyOf({ body, bodyBase64 }: FaultRule): Buffer | undefined {
  if (body !== undefined) return Buffer.from(body);
  return bodyBase64 === undefined ? undefined : Buffer.from(bodyBase64, "base64");
}
