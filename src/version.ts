declare const XO_MCP_VERSION: string | undefined;
declare const XO_MCP_COMMIT: string | undefined;
declare const XO_MCP_TARGET: string | undefined;

/** Who this program is. `build.ts` stamps the values in; run from source they say so. */
export const version = typeof XO_MCP_VERSION === "string" ? XO_MCP_VERSION : "0.0.0-source";
export const commit = typeof XO_MCP_COMMIT === "string" ? XO_MCP_COMMIT : "unknown";
export const target = typeof XO_MCP_TARGET === "string" ? XO_MCP_TARGET : "source";
