import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { Recorded, Site } from "./control-api.ts";
import { type Faults, happen } from "./faults.ts";

/** What answers the requests that no fault has caught. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

interface SiteOptions {
  site: Site;
  faults: Faults;
  /** Every request is added here before anything else happens to it. */
  requests: Recorded[];
  port?: number;
  tls?: { cert: string; key: string } | undefined;
}

/** Listens on the loopback, records what comes, lets faults happen; resolves to the URL. */
export async function listen(answer: Answer, options: SiteOptions): Promise<string> {
  const { faults, port = 0, requests, site, tls } = options;

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    requests.push(record(site, request));
    const fault = faults.take(site, request);
    if (fault !== undefined && (await happen(fault, response))) return;
    answer(request, response);
  };
  const onRequest: Answer = (request, response) => {
    handle(request, response).catch((error) => response.destroy(error));
  };

  const server = tls === undefined ? createServer(onRequest) : createSecureServer(tls, onRequest);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the port is not known");
  return `http${tls === undefined ? "" : "s"}://127.0.0.1:${address.port}`;
}

function record(site: Site, { headers, method = "", url = "" }: IncomingMessage): Recorded {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as const],
  );
  return { site, method, path: url, headers: Object.fromEntries(entries), time: Date.now() };
}
