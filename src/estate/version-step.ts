import * as z from "zod";
import { XoError } from "../errors.ts";
import { type Sentence, quoted, say } from "../sentence.ts";
import type { Xo } from "../xo/client.ts";
import { listedRestApi } from "../xo/filter/field-list.ts";
import { path } from "../xo/path.ts";
import { isNewer, xoVersion } from "../xo/version.ts";
import { attempt, type Step, warning } from "./connection-step.ts";

interface Version {
  step: Step;
  facts: { rest_api_version?: string; xo_version?: string };
}

const Document = z.object({ info: z.object({ version: z.string() }) });

/** Which XO it is, and whether its records may have fields that nobody has looked at here. */
export async function readVersion(xo: Xo): Promise<Version> {
  const answer = await attempt(() => xo.get(path`/docs/swagger.json`, Document));
  if (answer instanceof XoError) return { step: warning("version", answer), facts: {} };
  const { version } = answer.info;
  const release = xoVersion(version);
  const listed = await listedRestApi();
  return {
    step: {
      step: "version",
      status: "ok",
      detail: say`REST API ${quoted(version)} (XO ${quoted(release)})`,
      ...(isNewer(version, listed) && { hint: hintFor(listed) }),
    },
    facts: { rest_api_version: version, xo_version: release },
  };
}

function hintFor(listed: string): Sentence {
  return say`This XO is newer than xo-mcp, which knows the fields of REST API ${quoted(listed)}: of XO's own records, those that came since are left out. A newer xo-mcp may know them.`;
}
