import * as z from "zod";
import { XoError } from "../errors.ts";
import { type Sentence, clause, listed, quoted, say, together } from "../sentence.ts";
import { attempt, failed, inOrder, Step, warning } from "../estate/connection-step.ts";
import { type Reach, reachOf } from "../estate/account.ts";
import { connectionGaps } from "../estate/gaps.ts";
import { readVersion } from "../estate/version-step.ts";
import { limitsOf } from "../sight/limits.ts";
import { type Context, defineTool, warnings } from "../tool.ts";
import type { Xo } from "../xo/client.ts";
import { addressOf, path } from "../xo/path.ts";
import { Pool } from "../xo/records/pool.ts";
import { Server } from "../xo/records/server.ts";
import { User } from "../xo/records/user.ts";

/** A status for each step; it is always data, also when the first step fails. */
export const ConnectionReport = z.object({
  ok: z.boolean(),
  url: z.string().optional(),
  account: z.string().optional(),
  account_can_write: z.boolean().optional(),
  rest_api_version: z.string().optional(),
  xo_version: z.string().optional(),
  pools_connected: z.number().optional(),
  not_seen: z.array(z.string()).optional().describe("Rights to read that its roles lack"),
  seen_in_part: z.array(z.string()).optional(),
  silent_tools: z.array(z.string()).optional().describe("Without an answer, for that"),
  limited_tools: z.array(z.string()).optional().describe("With parts left out"),
  steps: z.array(Step),
  warnings,
});

export const checkConnection = defineTool({
  name: "check_connection",
  title: "Check the connection",
  description:
    "Whether Xen Orchestra can be used: settings, network, certificate, MCP switch, account, version, connected pools; where it fails, why and what to do. Use it first, and when another tool fails.",
  input: z.strictObject({}),
  output: ConnectionReport,
  examples: [{}],
  needs: { parts: { pools_connected: ["servers"] } },
  async run(_input, context) {
    const { facts, steps } = await examine(context);
    return {
      ok: steps.every(({ status }) => status === "ok" || status === "warning"),
      ...facts,
      steps,
    };
  },
});

type Limits = Partial<ReturnType<typeof limitsOf>>;

type Facts = Omit<z.output<typeof ConnectionReport>, "ok" | "steps" | "warnings">;

/** The steps in their order; after one that everything else needs has failed, the rest is skipped. */
async function examine(context: Context): Promise<{ facts: Facts; steps: Step[] }> {
  const facts: Facts = {};
  const steps: Step[] = [];
  const end = () => ({ facts, steps: inOrder(steps) });

  let xo: Xo;
  try {
    xo = context.xo;
  } catch (error) {
    steps.push(failed("configuration", error));
    return end();
  }
  facts.url = addressOf(xo.url);
  steps.push(configuration(xo));

  const reached = await attempt(() => xo.get(path`/mcp/status`, z.unknown()));
  steps.push(...reachability(xo, reached));
  if (steps.some(({ status }) => status === "failed")) return end();

  // Alone and first: with a wrong password, every further request would be one more failed sign-in.
  const account = await attempt(() => xo.get(path`/users/me`, User));
  if (account instanceof XoError) {
    steps.push(failed("account", account));
    return end();
  }
  const isAdmin = account.permission === "admin";
  const name = account.email ?? account.name ?? account.id;
  facts.account = name;
  const reach = await attempt(() => reachOf(xo, account));
  if (!(reach instanceof XoError)) facts.account_can_write = reach.canWrite;
  const sight = await context.sight();
  const limits = sight.isTold && !isAdmin ? limitsOf(sight, await everyTool()) : {};
  Object.assign(facts, limits);
  steps.push(describeAccount(xo, name, reach, limits));
  if (steps.some(({ status }) => status === "failed")) return end();

  const [version, pools] = await Promise.all([readVersion(xo), readPools(xo, isAdmin)]);
  Object.assign(facts, version.facts, pools.facts);
  steps.push(version.step, pools.step);
  return end();
}

/** Loaded for who does not see everything alone. This one answers whatever that is. */
async function everyTool() {
  const { tools } = await import("./index.ts");
  const all = await Promise.all([...tools.values()].map((load) => load()));
  return all.filter(({ name }) => name !== "check_connection");
}

function configuration(xo: Xo): Step {
  const step = "configuration";
  if (xo.credential === "token")
    return { step, status: "ok", detail: say`XO_URL and a token are set` };
  return {
    step,
    status: "warning",
    detail: say`XO_URL, a user name and a password are set`,
    hint: say`A token (XO_TOKEN) is checked about thirty times faster, and can be taken back by itself.`,
  };
}

/** What the first request tells of the network, the certificate and the operator's switch. */
function reachability(xo: Xo, answer: unknown): Step[] {
  const detail = quoted(addressOf(xo.url), 200);
  const reachable: Step = { step: "reachable", status: "ok", detail };
  if (!(answer instanceof XoError)) {
    return [reachable, transport(xo), { step: "mcp", status: "ok", detail: say`MCP is allowed` }];
  }
  switch (answer.kind) {
    case "tls":
      return [reachable, failed("tls", answer)];
    case "disabled":
      return [reachable, transport(xo), failed("mcp", answer)];
    case "auth":
      return [reachable, transport(xo), failed("account", answer)];
    case "unsupported":
      return [
        reachable,
        transport(xo),
        { step: "mcp", status: "ok", detail: say`this XO has no switch for MCP` },
      ];
    default:
      return [failed("reachable", answer)];
  }
}

function transport({ url, trust }: Xo): Step {
  const step = "tls";
  if (url.protocol === "http:") {
    if (["localhost", "127.0.0.1", "[::1]"].includes(url.hostname)) {
      return { step, status: "ok", detail: say`http, on this machine` };
    }
    return {
      step,
      status: "warning",
      detail: say`http: the credential and all data cross the network unencrypted`,
      hint: say`Set XO_URL to https:// if XO listens there.`,
    };
  }
  if (trust === "insecure") {
    return {
      step,
      status: "warning",
      detail: say`the certificate is not checked (XO_INSECURE)`,
      hint: say`XO_TLS_FINGERPRINT trusts exactly XO's own certificate.`,
    };
  }
  const detail =
    trust === "pin" ? say`the certificate is the pinned one` : say`the certificate is trusted`;
  return { step, status: "ok", detail };
}

/** That an account could write is no failure, but less is enough: nothing here uses it. */
function describeAccount(xo: Xo, name: string, reach: Reach | XoError, limits: Limits): Step {
  const step = "account";
  const who = say`${quoted(name)}, by ${xo.credential === "token" ? "token" : "user name and password"}`;
  // An edition without roles, or an XO before they came.
  if (reach instanceof XoError && reach.kind === "unsupported") return failed(step, reach);
  if (reach instanceof XoError) {
    const detail = say`${who}; limited by roles; whether it could change something is not known`;
    return { step, status: "warning", detail, hint: leastPrivilege };
  }
  const detail = say`${who}; ${reach.detail}`;
  const said = sentencesOn(limits);
  return reach.canWrite
    ? { step, status: "warning", detail, hint: together([leastPrivilege, ...said], " ") }
    : { step, status: "ok", detail, ...(said.length === 0 ? {} : { hint: together(said, " ") }) };
}

/** What the account does not see, and which tools that leaves without an answer. */
function sentencesOn(limits: Limits): Sentence[] {
  const { not_seen, seen_in_part, silent_tools, limited_tools } = limits;
  const told = [
    ["May not see", not_seen],
    ["Sees only some of", seen_in_part],
    ["Tools without an answer for that", silent_tools],
    ["Tools that leave parts out", limited_tools],
  ] as const;
  return told.flatMap(([what, names]) =>
    names === undefined ? [] : [say`${what}: ${listed(names)}.`],
  );
}

const leastPrivilege = say`xo-mcp only reads, but whoever got hold of the credential could do the rest: use an account with the role "Read only", which is enough for every tool.`;

async function readPools(xo: Xo, isAdmin: boolean): Promise<{ step: Step; facts: Facts }> {
  const [servers, pools] = await Promise.all([
    attempt(() => xo.records("servers", Server)),
    // Whether a pool that is not shown is one that may not be seen, only an administrator knows.
    isAdmin ? attempt(() => xo.records("pools", Pool.pick({ id: true }))) : undefined,
  ]);
  if (servers instanceof XoError) return { step: warning("pools", servers), facts: {} };
  if (servers.length === 0) {
    const detail = isAdmin
      ? say`XO has no pool configured`
      : say`this account may not see the connections`;
    return {
      step: { step: "pools", status: "warning", detail },
      facts: { pools_connected: undefined },
    };
  }
  const shown = Array.isArray(pools) ? new Set(pools.map(({ id }) => id)) : undefined;
  const gaps = connectionGaps(servers, shown);
  const connected = servers.filter(({ status }) => status === "connected").length;
  const detail = say`${connected} of ${servers.length} connected`;
  const facts = { pools_connected: connected };
  if (gaps.length === 0) return { step: { step: "pools", status: "ok", detail }, facts };
  return {
    step: {
      step: "pools",
      status: "warning",
      detail: say`${detail}. ${clause(together(gaps, " "))}`,
      hint: say`Settings, Servers in XO's web interface shows why.`,
    },
    facts,
  };
}
