import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { z } from "zod";
import type { readyLine, Recorded } from "./control-api.ts";
import { serveControl } from "./control.ts";
import { docsSite } from "./docs/site.ts";
import { generateEstate } from "./estate/generate.ts";
import { isSituation } from "./estate/situations/index.ts";
import { Faults } from "./faults.ts";
import { listen } from "./site.ts";
import { makeXoApp } from "./xo-app/index.ts";
import { xoPort } from "./xo-port.ts";

const number = z.coerce.number().int().nonnegative();

const flags = z
  .object({
    size: z.enum(["small", "large"]).default("small"),
    pools: number.exactOptional(),
    hosts: number.exactOptional(),
    vms: number.exactOptional(),
    backupRuns: number.exactOptional(),
    situations: z
      .string()
      .transform((names) => names.split(","))
      .pipe(z.array(z.string().refine(isSituation, "no such situation")))
      .exactOptional(),
    now: z.iso.datetime({ offset: true }).optional(),
    port: number.default(0),
    "tls-cert": z.string().optional(),
    "tls-key": z.string().optional(),
  })
  .parse(
    parseArgs({
      options: {
        size: { type: "string" },
        pools: { type: "string" },
        hosts: { type: "string" },
        vms: { type: "string" },
        backupRuns: { type: "string" },
        situations: { type: "string" },
        now: { type: "string" },
        port: { type: "string" },
        "tls-cert": { type: "string" },
        "tls-key": { type: "string" },
      },
    }).values,
  );

const { now: moment, port, "tls-cert": cert, "tls-key": key, ...estateFlags } = flags;
const now = moment === undefined ? Date.now() : Date.parse(moment);
const tls =
  cert === undefined || key === undefined
    ? undefined
    : { cert: readFileSync(cert, "utf8"), key: readFileSync(key, "utf8") };

const estate = generateEstate({ ...estateFlags, now });
const faults = new Faults();
const requests: Recorded[] = [];
const xo = makeXoApp(estate);

const url = await listen(xoPort(xo), { site: "xo", faults, requests, port, tls });
const publicDocs = await listen(
  (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://docs");
    const { status, type, body, location } = docsSite("", pathname);
    const moved = location === undefined ? {} : { location };
    response.writeHead(status, { "content-type": type, ...moved }).end(body);
  },
  { site: "docs", faults, requests },
);
const control = serveControl({ xo, faults, requests });

// The parent holds the other end of stdin: when it goes, however it goes, so does this process.
process.stdin.on("end", () => process.exit(0)).resume();

console.log(JSON.stringify({ url, publicDocs, control, now } satisfies z.infer<typeof readyLine>));
