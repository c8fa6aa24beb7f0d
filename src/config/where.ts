import { say } from "../sentence.ts";
/** Where a variable is set: for people at a shell, and for those whose host starts the server. */
export const setItWhere = say`Set it in the environment, or in the "env" section of the MCP server's configuration.`;
