declare const XO_MCP_VERSION: string | undefined;
declare const XO_MCP_COMMIT: string | undefined;
declare const XO_MCP_TARGET: string | undefined;

/** Who this program is. `build.ts` stamps the values in; run from source they say so. */
export const version = typeof XO_MCP_VERSION === "string" ? XO_MCP_VERSION : "0.0.0-source";
export const commit = typeof XO_MCP_COMMIT === "string" ? XO_MCP_COMMIT : "unknown";
export const target = typeof XO_MCP_TARGET === "string" ? XO_MCP_TARGET : "source";

/** One build of the program, told apart from every other. */
export const build = `${version} ${commit} ${target}`;

/**
 * Where the program lies, as it was when it began: a package manager may have replaced or removed it
 * since. Linux knows the very file that runs.
 */
export const executable = process.platform === "linux" ? "/proc/self/exe" : process.execPath;
