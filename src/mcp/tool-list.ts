import { catalog } from "../catalog.ts";
import { describeTool } from "./describe-tool.ts";

/**
 * Every tool as `tools/list` shows it. A macro: the build runs it and puts its result into the
 * program, which then answers `tools/list` without having loaded a single tool.
 */
export function toolList() {
  return catalog.map(describeTool);
}
