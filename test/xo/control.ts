import type { z } from "zod";
import { controlApi, type Recorded } from "./control-api.ts";
import type { Faults } from "./faults.ts";
import type { XoApp } from "./xo-app/index.ts";

interface Controlled {
  xo: XoApp;
  faults: Faults;
  requests: Recorded[];
}

/** Serves the control API on a port of its own, out of the record; returns its URL. */
export function serveControl({ xo, faults, requests }: Controlled): string {
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    routes: {
      "/requests": {
        GET: () => Response.json(requests),
        DELETE: () => {
          requests.length = 0;
          return done();
        },
      },
      "/faults": {
        PUT: async (request) => {
          faults.set(await parse(request, controlApi.faults));
          return done();
        },
        DELETE: () => {
          faults.set([]);
          return done();
        },
      },
      "/refused": { GET: () => Response.json(xo.refusals.list) },
      "/mcp": {
        PUT: async (request) => {
          xo.config.mcpEnabled = (await parse(request, controlApi.mcp)).enabled;
          return done();
        },
      },
      "/servers/:id": {
        PUT: async (request) => {
          xo.servers.patch(request.params.id, await parse(request, controlApi.server));
          return done();
        },
      },
    },
    fetch: () => new Response("no such control", { status: 404 }),
    error: (error) => new Response(error.message, { status: 400 }),
  });
  return server.url.origin;
}

async function parse<T>(request: Request, schema: z.ZodType<T>): Promise<T> {
  return schema.parse(await request.json());
}

function done(): Response {
  return new Response(null, { status: 204 });
}
