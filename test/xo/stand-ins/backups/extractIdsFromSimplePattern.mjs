/**
 * The ids of a pattern that names them: `{id: "a"}` or `{id: {__or: ["a", "b"]}}`. It throws for any
 * other pattern ("smart mode"), which is how callers tell the two apart.
 */
export function extractIdsFromSimplePattern(pattern) {
  if (pattern === undefined) return [];
  const { id, ...others } = pattern;
  if (Object.keys(others).length > 0) throw new Error("the pattern names no ids");
  if (typeof id === "string") return [id];
  if (Array.isArray(id?.__or) && Object.keys(id).length === 1) return id.__or;
  throw new Error("the pattern names no ids");
}
